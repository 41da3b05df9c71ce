/*
 * Writes to a part on I2C and reads back, speaks to an address that it did not ask for, and
 * exchanges bytes with a part on SPI, whose output leads to its input.
 */
#include <andon.h>

#include "../console.h"

ANDON_DEVICES(ANDON_I2C("memory", 0x50, 400000, 0), ANDON_SPI("loop", 1000000, 8, 0));

static void report(const char *what, andon_status_t status)
{
    print(what);
    print(": ");
    print(andon_status_text(status));
    print("\n");
}

static int speak_i2c(void)
{
    solo5_handle_t memory;
    uint8_t place = 0x10, stored[3] = {0x10, 0xca, 0xfe}, read[2] = {0, 0};
    struct andon_segment write = {stored, sizeof stored, ANDON_SEND};
    struct andon_segment messages[2] = {
        {&place, 1, ANDON_SEND},
        {read, sizeof read, ANDON_RECEIVE},
    };
    andon_status_t status = andon_i2c_acquire("memory", &memory);
    report("acquire", status);
    if (status != ANDON_OK)
        return 0;
    report("write", andon_i2c_transfer(memory, 0x50, 0, &write, 1));
    report("read", andon_i2c_transfer(memory, 0x50, 0, messages, 2));
    report("other", andon_i2c_transfer(memory, 0x51, 0, &write, 1));
    return read[0] == 0xca && read[1] == 0xfe;
}

static int speak_spi(void)
{
    solo5_handle_t loop;
    uint8_t sent[2] = {0x12, 0x34}, received[2] = {0, 0}, in_place[1] = {0x56};
    struct andon_segment segments[4] = {
        {sent, sizeof sent, ANDON_SEND | ANDON_JOIN},
        {received, sizeof received, ANDON_RECEIVE},
        {0, 1000, ANDON_DELAY},
        {in_place, sizeof in_place, ANDON_SEND | ANDON_RECEIVE},
    };
    andon_status_t status = andon_spi_acquire("loop", &loop);
    report("acquire", status);
    if (status != ANDON_OK)
        return 0;
    report("exchange", andon_spi_transfer(loop, segments, 4));
    report("half", andon_spi_transfer(loop, segments, 1));
    return received[0] == 0x12 && received[1] == 0x34 && in_place[0] == 0x56;
}

int solo5_app_main(const struct solo5_start_info *info)
{
    (void)info;
    int spoken = speak_i2c() & speak_spi();
    return spoken ? SOLO5_EXIT_SUCCESS : SOLO5_EXIT_FAILURE;
}
