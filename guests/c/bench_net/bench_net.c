/*
 * Sends frames as fast as they go or receives them as fast as they come, for a second, on
 * the device `lan`; prints `NAME VALUE ns`, where the value is the time that one takes. The
 * argument is `send` or `receive`. What is sent is UDP from 10.0.0.2 to port 9 of 10.0.0.1,
 * and goes to every Ethernet address.
 *
 * Sources: RFC 768 (UDP), RFC 791 (IP), RFC 1071 (checksum).
 */
#include <andon.h>

#include "../console.h"

ANDON_MANIFEST(ANDON_NET("lan"));

#define A_SECOND 1000000000ull
/* As large as an Ethernet of 1500 bytes allows. */
#define FRAME 1514
/* Frames between two looks at the clock. */
#define BETWEEN 32

#define HIGH(NUMBER) ((uint8_t)((NUMBER) >> 8))
#define LOW(NUMBER) ((uint8_t)(NUMBER))

enum { SOURCE = 6, IP_HEADER = 14, IP_CHECKSUM = 24, UDP_HEADER = 34 };

/* The UDP checksum of 0 is none. */
static uint8_t frame[FRAME] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 8, 0,
    0x45, 0, HIGH(FRAME - IP_HEADER), LOW(FRAME - IP_HEADER), 0, 0, 0x40, 0, 64, 17, 0, 0,
    10, 0, 0, 2, 10, 0, 0, 1,
    0, 9, 0, 9, HIGH(FRAME - UDP_HEADER), LOW(FRAME - UDP_HEADER), 0, 0,
};

static void complete_headers(const uint8_t mac[SOLO5_NET_ALEN])
{
    for (size_t i = 0; i < SOLO5_NET_ALEN; i++)
        frame[SOURCE + i] = mac[i];
    unsigned sum = 0;
    for (size_t i = IP_HEADER; i < UDP_HEADER; i += 2)
        sum += (unsigned)frame[i] << 8 | frame[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~((sum & 0xffff) + (sum >> 16));
    frame[IP_CHECKSUM] = HIGH(sum);
    frame[IP_CHECKSUM + 1] = LOW(sum);
}

static void report(const char *name, solo5_time_t duration, uint64_t frames)
{
    char text[] = "                     ns\n";
    size_t at = sizeof text - sizeof " ns\n" - 1;
    uint64_t rest = frames == 0 ? duration : duration / frames;
    do {
        text[at--] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    print(name);
    print(text + at);
}

static bool send(solo5_handle_t lan)
{
    solo5_time_t start = solo5_clock_monotonic();
    uint64_t sent = 0;
    do {
        for (int i = 0; i < BETWEEN; i++) {
            solo5_result_t result = solo5_net_write(lan, frame, FRAME);
            if (result != SOLO5_R_OK && result != SOLO5_R_AGAIN)
                return false;
            sent += result == SOLO5_R_OK;
        }
    } while (solo5_clock_monotonic() - start < A_SECOND);
    report("send", solo5_clock_monotonic() - start, sent);
    return true;
}

/* Whether a frame of full length has come. */
static solo5_result_t take(solo5_handle_t lan, uint64_t *received)
{
    size_t size;
    solo5_result_t result = solo5_net_read(lan, frame, FRAME, &size);
    *received += result == SOLO5_R_OK && size == FRAME;
    return result;
}

static bool receive(solo5_handle_t lan)
{
    uint64_t received = 0;
    while (received == 0)
        if (take(lan, &received) == SOLO5_R_AGAIN)
            solo5_yield(solo5_clock_monotonic() + A_SECOND, NULL);
    solo5_time_t start = solo5_clock_monotonic();
    do {
        for (int i = 0; i < BETWEEN; i++)
            if (take(lan, &received) == SOLO5_R_AGAIN)
                solo5_yield(start + A_SECOND, NULL);
    } while (solo5_clock_monotonic() - start < A_SECOND);
    report("receive", solo5_clock_monotonic() - start, received);
    return true;
}

int solo5_app_main(const struct solo5_start_info *info)
{
    solo5_handle_t lan;
    struct solo5_net_info net;
    if (solo5_net_acquire("lan", &lan, &net) != SOLO5_R_OK)
        return SOLO5_EXIT_FAILURE;
    complete_headers(net.mac_address);
    bool is_done = info->cmdline[0] == 's' ? send(lan) : receive(lan);
    return is_done ? SOLO5_EXIT_SUCCESS : SOLO5_EXIT_FAILURE;
}
