/*
 * Answers ARP requests and pings (ICMP echo requests) for 10.0.0.2 on the device `service`:
 * `COUNT` pings, or for ever without it.
 *
 * Sources: RFC 826 (ARP), RFC 791 (IP), RFC 792 (ICMP).
 */
#include <andon.h>

#include "../console.h"

ANDON_MANIFEST(ANDON_NET("service"));

static const uint8_t OUR_ADDRESS[4] = {10, 0, 0, 2};

/* Offsets in a frame. */
enum {
    TARGET = 0,
    SOURCE = 6,
    TYPE = 12,
    ARP_OPERATION = 20,
    ARP_SENDER_MAC = 22,
    ARP_SENDER_ADDRESS = 28,
    ARP_TARGET_MAC = 32,
    ARP_TARGET_ADDRESS = 38,
    ARP_END = 42,
    IP_HEADER = 14,
    IP_SIZE = 16,
    IP_PROTOCOL = 23,
    IP_SOURCE = 26,
    IP_TARGET = 30,
    ICMP = 34,
    ICMP_CHECKSUM = 36,
    ICMP_MESSAGE = 42,
};

static uint8_t frame[65536 + SOLO5_NET_HLEN];
static struct solo5_net_info net;

static void copy(uint8_t *to, const uint8_t *from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = from[i];
}

static bool equal(const uint8_t *a, const uint8_t *b, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

static unsigned number_at(size_t offset)
{
    return (unsigned)frame[offset] << 8 | frame[offset + 1];
}

static void put_number(size_t offset, unsigned number)
{
    frame[offset] = (uint8_t)(number >> 8);
    frame[offset + 1] = (uint8_t)number;
}

/* The Internet checksum of `size` bytes (RFC 1071). */
static unsigned checksum(size_t offset, size_t size)
{
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < size; i += 2)
        sum += number_at(offset + i);
    if (size % 2 == 1)
        sum += (unsigned)frame[offset + size - 1] << 8;
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

static void send_back(solo5_handle_t service, size_t size)
{
    copy(&frame[TARGET], &frame[SOURCE], SOLO5_NET_ALEN);
    copy(&frame[SOURCE], net.mac_address, SOLO5_NET_ALEN);
    if (solo5_net_write(service, frame, size) != SOLO5_R_OK)
        print("test_net: a frame cannot be sent\n");
}

static void answer_arp(solo5_handle_t service, size_t size)
{
    if (size < ARP_END || number_at(ARP_OPERATION) != 1)
        return;
    if (!equal(&frame[ARP_TARGET_ADDRESS], OUR_ADDRESS, sizeof OUR_ADDRESS))
        return;
    put_number(ARP_OPERATION, 2);
    copy(&frame[ARP_TARGET_MAC], &frame[ARP_SENDER_MAC], SOLO5_NET_ALEN + 4);
    copy(&frame[ARP_SENDER_MAC], net.mac_address, SOLO5_NET_ALEN);
    copy(&frame[ARP_SENDER_ADDRESS], OUR_ADDRESS, sizeof OUR_ADDRESS);
    send_back(service, ARP_END);
}

/* Whether the frame is a whole, valid ping for us, without options in its IP header. */
static bool is_ping(size_t size)
{
    if (size < ICMP_MESSAGE || frame[IP_HEADER] != 0x45 || frame[IP_PROTOCOL] != 1)
        return false;
    size_t end = IP_HEADER + number_at(IP_SIZE);
    if (end < ICMP_MESSAGE || end > size || number_at(ICMP) != 8 << 8)
        return false;
    if (!equal(&frame[IP_TARGET], OUR_ADDRESS, sizeof OUR_ADDRESS))
        return false;
    return checksum(IP_HEADER, ICMP - IP_HEADER) == 0 && checksum(ICMP, end - ICMP) == 0;
}

static bool answer_ping(solo5_handle_t service, size_t size)
{
    if (!is_ping(size))
        return false;
    /* Exchanged addresses leave the header's checksum as it is. */
    copy(&frame[IP_TARGET], &frame[IP_SOURCE], sizeof OUR_ADDRESS);
    copy(&frame[IP_SOURCE], OUR_ADDRESS, sizeof OUR_ADDRESS);
    size_t end = IP_HEADER + number_at(IP_SIZE);
    put_number(ICMP, 0);
    put_number(ICMP_CHECKSUM, 0);
    put_number(ICMP_CHECKSUM, checksum(ICMP, end - ICMP));
    send_back(service, end);
    return true;
}

/* Answers one frame, if there is one; returns whether it was a ping. */
static bool answer(solo5_handle_t service)
{
    size_t size;
    if (solo5_net_read(service, frame, net.mtu + SOLO5_NET_HLEN, &size) != SOLO5_R_OK) {
        solo5_yield(UINT64_MAX, NULL);
        return false;
    }
    switch (size < IP_HEADER ? 0 : number_at(TYPE)) {
    case 0x0806:
        answer_arp(service, size);
        return false;
    case 0x0800:
        return answer_ping(service, size);
    default:
        return false;
    }
}

/* The number at the start of a text; 0 where there is none. */
static uint64_t number(const char *text)
{
    uint64_t number = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        number = 10 * number + (uint64_t)(*text - '0');
    return number;
}

int solo5_app_main(const struct solo5_start_info *info)
{
    solo5_handle_t service;
    if (solo5_net_acquire("service", &service, &net) != SOLO5_R_OK) {
        print("test_net: service cannot be acquired\n");
        return SOLO5_EXIT_FAILURE;
    }
    uint64_t count = number(info->cmdline);
    print("test_net: ready\n");
    for (uint64_t answered = 0; count == 0 || answered < count;)
        answered += answer(service);
    print("test_net: ok\n");
    return SOLO5_EXIT_SUCCESS;
}
