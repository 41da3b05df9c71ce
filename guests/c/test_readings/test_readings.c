/*
 * Sets an output of each kind, reads a sensor of each kind, and says what came of it.
 */
#include <andon.h>

#include "../console.h"

ANDON_DEVICES(ANDON_PWM("fan", 20000000, 0), ANDON_LED("lamp", 0),
              ANDON_SENSOR("probe", ANDON_TEMPERATURE, 0), ANDON_ADC("input", 0),
              ANDON_RTC("clock", 0));

static void print_number(int64_t number)
{
    char digits[24];
    char *digit = digits + sizeof digits - 1;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
    *digit = 0;
    do {
        *--digit = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (number < 0)
        *--digit = '-';
    print(digit);
}

static void tell(const char *what, andon_status_t status, int64_t number)
{
    print(what);
    print(": ");
    print(andon_status_text(status));
    print(" ");
    print_number(number);
    print("\n");
}

static void use_fan(void)
{
    solo5_handle_t fan = 0;
    andon_status_t status = andon_pwm_acquire("fan", &fan);
    struct andon_pwm_output output = {.period = 20000000, .duty = 1500000, .enabled = true};
    if (status == ANDON_OK)
        status = andon_pwm_set(fan, &output);
    output.duty = 0;
    if (status == ANDON_OK)
        status = andon_pwm_get(fan, &output);
    tell("pwm", status, (int64_t)output.duty);
}

static void use_lamp(void)
{
    solo5_handle_t lamp = 0;
    andon_status_t status = andon_led_acquire("lamp", &lamp);
    struct andon_led_light light = {0, 0};
    if (status == ANDON_OK)
        status = andon_led_set(lamp, 40);
    if (status == ANDON_OK)
        status = andon_led_get(lamp, &light);
    tell("led", status, light.brightness);
    tell("led", andon_led_set(lamp, light.most + 1), light.most);
}

static void read_input(void)
{
    solo5_handle_t input = 0;
    int64_t microvolts = 0;
    int32_t samples[4] = {0, 0, 0, 0};
    uint32_t count = 4;
    andon_status_t status = andon_adc_acquire("input", &input);
    if (status == ANDON_OK)
        status = andon_adc_read(input, &microvolts);
    tell("adc", status, microvolts);
    status = andon_adc_capture(input, samples, &count);
    tell("capture", status, count);
    tell("sample", ANDON_OK, samples[3]);
}

static void read_probe(void)
{
    solo5_handle_t probe = 0;
    int64_t value = 0;
    andon_status_t status = andon_sensor_acquire("probe", &probe);
    if (status == ANDON_OK)
        status = andon_sensor_read(probe, &value);
    tell("sensor", status, value);
}

static void read_clock(void)
{
    solo5_handle_t clock = 0;
    int64_t seconds = 0;
    andon_status_t status = andon_rtc_acquire("clock", &clock);
    if (status == ANDON_OK)
        status = andon_rtc_read(clock, &seconds);
    tell("rtc", status, seconds);
}

int solo5_app_main(const struct solo5_start_info *info)
{
    (void)info;
    use_fan();
    use_lamp();
    read_input();
    read_probe();
    read_clock();
    return SOLO5_EXIT_SUCCESS;
}
