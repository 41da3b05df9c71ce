/*
 * Uses lines in every way: a batch with a delay, a waveform, and the first change of an input.
 */
#include <andon.h>

#include "../console.h"

ANDON_DEVICES(ANDON_GPIO("lamps", ANDON_OUT, 2, 0),
              ANDON_GPIO_EDGES("contact", 1, ANDON_TO_ACTIVE, 0));

#define MILLISECOND 1000000ull

static andon_status_t batch(solo5_handle_t lamps)
{
    struct andon_request requests[] = {
        andon_batch_set(lamps, 3, 1),
        andon_batch_delay(MILLISECOND),
        andon_batch_get(lamps, 3),
    };
    uint32_t done;
    andon_status_t status = andon_batch(requests, 3, &done);
    if (status == ANDON_OK && (done != 3 || requests[2].arguments[1] != 1))
        return ANDON_IO_ERROR;
    return status;
}

static andon_status_t refused(solo5_handle_t lamps)
{
    struct andon_request requests[] = {
        andon_batch_set(lamps, 3, 2),
        andon_batch_set(lamps, 4, 4),
    };
    uint32_t done;
    if (andon_batch(requests, 2, &done) != ANDON_BAD_ARGUMENT || done != 0)
        return ANDON_IO_ERROR;
    return ANDON_OK;
}

static andon_status_t waveform(solo5_handle_t lamps)
{
    const struct andon_gpio_step steps[] = {{0, 2}, {MILLISECOND, 1}, {2 * MILLISECOND, 0}};
    struct andon_gpio_jitter jitter;
    andon_status_t status = andon_gpio_play(lamps, 3, steps, 3, &jitter);
    if (status == ANDON_OK && jitter.latest < jitter.mean)
        return ANDON_IO_ERROR;
    return status;
}

static andon_status_t change(solo5_handle_t contact)
{
    struct andon_gpio_event event;
    andon_status_t status;
    while ((status = andon_gpio_event(contact, &event)) == ANDON_NOT_READY)
        solo5_yield(~0ull, NULL);
    if (status == ANDON_OK && (event.edge != ANDON_TO_ACTIVE || event.sequence != 1))
        return ANDON_IO_ERROR;
    return status;
}

static int report(const char *what, andon_status_t status)
{
    print(what);
    print(": ");
    print(andon_status_text(status));
    print("\n");
    return status != ANDON_OK;
}

int solo5_app_main(const struct solo5_start_info *info)
{
    (void)info;
    solo5_handle_t lamps, contact;
    if (report("lamps", andon_gpio_acquire("lamps", &lamps, NULL)) ||
        report("contact", andon_gpio_acquire("contact", &contact, NULL)) ||
        report("batch", batch(lamps)) || report("refused batch", refused(lamps)) ||
        report("waveform", waveform(lamps)) || report("change", change(contact)))
        return SOLO5_EXIT_FAILURE;
    return SOLO5_EXIT_SUCCESS;
}
