/* Blinks a lamp. */
#include <andon.h>

ANDON_DEVICES(ANDON_GPIO("led", ANDON_OUT, 1, 0));

#define HALF_A_PERIOD 250000000ull /* nanoseconds */

static void wait(solo5_time_t duration)
{
    solo5_time_t end = solo5_clock_monotonic() + duration;
    while (solo5_clock_monotonic() < end)
        solo5_yield(end, NULL);
}

static andon_status_t blink(solo5_handle_t led, int times)
{
    andon_status_t status = ANDON_OK;
    for (int level = 1; times > 0 && status == ANDON_OK; level = !level) {
        status = andon_gpio_set(led, 1, (uint64_t)level);
        wait(HALF_A_PERIOD);
        times -= !level;
    }
    return status;
}

int solo5_app_main(const struct solo5_start_info *info)
{
    static const char text[] = "blinking ten times\n";
    solo5_handle_t led;
    (void)info;

    solo5_console_write(text, sizeof text - 1);
    andon_status_t status = andon_gpio_acquire("led", &led, NULL);
    if (status == ANDON_OK)
        status = blink(led, 10);
    return status == ANDON_OK ? SOLO5_EXIT_SUCCESS : SOLO5_EXIT_FAILURE;
}
