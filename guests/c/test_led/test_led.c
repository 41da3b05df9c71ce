/*
 * Switches a lamp on for half a second and off again: the program that Andon began with,
 * which drove GPIO 25 of a Raspberry Pi 3 through a hypercall.
 */
#include <andon.h>

#include "../console.h"

ANDON_DEVICES(ANDON_GPIO("led", ANDON_OUT, 1, 0));

#define HALF_A_SECOND 500000000ull

static void wait(solo5_time_t duration)
{
    solo5_time_t end = solo5_clock_monotonic() + duration;
    while (solo5_clock_monotonic() < end)
        solo5_yield(end, NULL);
}

static andon_status_t flash(solo5_handle_t led)
{
    andon_status_t status = andon_gpio_set(led, 1, 1);
    if (status != ANDON_OK)
        return status;
    wait(HALF_A_SECOND);
    return andon_gpio_set(led, 1, 0);
}

int solo5_app_main(const struct solo5_start_info *info)
{
    (void)info;
    solo5_handle_t led;
    andon_status_t status = andon_gpio_acquire("led", &led, NULL);
    if (status == ANDON_OK)
        status = flash(led);
    print("led: ");
    print(andon_status_text(status));
    print("\n");
    return status == ANDON_OK ? SOLO5_EXIT_SUCCESS : SOLO5_EXIT_FAILURE;
}
