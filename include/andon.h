/*
 * Andon's devices for C guests.
 *
 * A program declares the devices that it asks for, once, at file scope:
 *
 *     ANDON_DEVICES(ANDON_GPIO("led", ANDON_OUT, 1, 0));
 *
 * and Solo5's network and block devices, unless it gets its manifest from elsewhere:
 *
 *     ANDON_MANIFEST(ANDON_NET("service"), ANDON_BLOCK("storage"));
 *
 * The operator binds each name to a resource of the host. A device that was not granted
 * answers ANDON_NOT_GRANTED, as every device does under a monitor other than Andon.
 */
#ifndef ANDON_H_INCLUDED
#define ANDON_H_INCLUDED

#include "solo5.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a call to a device ended. */
typedef enum {
    ANDON_OK = 0,
    ANDON_NOT_GRANTED = 1,      /* The operator granted no such device to this guest. */
    ANDON_WRONG_DIRECTION = 2,  /* The device is granted in the other direction. */
    ANDON_BUSY = 3,             /* Somebody else holds the resource now. */
    ANDON_NO_ACKNOWLEDGE = 4,   /* I2C: nothing acknowledged the address or the data. */
    ANDON_ARBITRATION_LOST = 5, /* I2C: another controller won the bus. */
    ANDON_TIMEOUT = 6,          /* The device did not answer in time. */
    ANDON_RATE_LIMITED = 7,     /* The grant's maximum rate was reached. */
    ANDON_INTERLOCKED = 8,      /* Another output forbids this one now. */
    ANDON_DEVICE_GONE = 9,      /* The host resource disappeared. */
    ANDON_BAD_ARGUMENT = 10,    /* A handle, mask, length or reserved field is wrong. */
    ANDON_IO_ERROR = 11,        /* The host's driver reported an error of another kind. */
    ANDON_OUT_OF_BOUNDS = 12,   /* The grant does not allow this value. */
    ANDON_UNSUPPORTED = 13,     /* What is granted cannot do this at all. */
    ANDON_NOT_READY = 14,       /* There is no valid value yet, as after power-on. */
    ANDON_CORRUPT = 15          /* A checksum of what the device sent is wrong. */
} andon_status_t;

/* The status in words, lower case. */
const char *andon_status_text(andon_status_t status);

/* ---- GPIO --------------------------------------------------------------------------- */

#define ANDON_IN 1  /* The guest reads the lines. */
#define ANDON_OUT 2 /* The guest sets the lines. */

#define ANDON_TO_ACTIVE 1   /* The guest is told when a line becomes active. */
#define ANDON_TO_INACTIVE 2 /* The guest is told when a line becomes inactive. */

struct andon_gpio_info {
    uint32_t direction; /* ANDON_IN or ANDON_OUT. */
    uint32_t lines;     /* Number of lines, 1 to 64. */
    uint32_t edges;     /* ANDON_TO_ACTIVE and ANDON_TO_INACTIVE, or 0. */
};

/*
 * Gives the handle and the declaration of the GPIO device `name`. ANDON_BAD_ARGUMENT where
 * the program declares none of this name; ANDON_NOT_GRANTED where it was not granted. `info`
 * may be NULL.
 */
andon_status_t andon_gpio_acquire(const char *name, solo5_handle_t *handle,
                                  struct andon_gpio_info *info);

/*
 * Set or get the lines in `mask`, at once where the host can. Bit `i` is the `i`-th line of
 * the grant; 1 is active, whatever the physical level. `*levels` has 0 for lines outside of
 * `mask`, and is left alone where the status is not ANDON_OK.
 */
andon_status_t andon_gpio_set(solo5_handle_t handle, uint64_t mask, uint64_t levels);
andon_status_t andon_gpio_get(solo5_handle_t handle, uint64_t mask, uint64_t *levels);

/* One change of one line. */
struct andon_gpio_event {
    uint64_t time;     /* When: nanoseconds since the guest's start by the monitor's clock. */
    uint32_t line;     /* Which, in the order of the grant. */
    uint32_t edge;     /* ANDON_TO_ACTIVE or ANDON_TO_INACTIVE. */
    uint32_t sequence; /* Number among the device's changes, from 1 on; it wraps around. */
    uint32_t lost;     /* How many right before it were lost. */
    uint64_t now;      /* When the monitor answered. */
};

/*
 * Takes the oldest change of an input that was declared with edges; ANDON_NOT_READY where
 * there is none. While there is one the handle is ready in solo5_yield().
 */
andon_status_t andon_gpio_event(solo5_handle_t handle, struct andon_gpio_event *event);

/* Levels of lines from a time on: nanoseconds since the waveform began, at most a minute. */
struct andon_gpio_step {
    uint64_t time;
    uint64_t levels;
};

/* How late the steps of a waveform were, in nanoseconds. */
struct andon_gpio_jitter {
    uint64_t latest;
    uint64_t mean;
};

/*
 * Has the monitor set the lines in `mask` at the times of the steps, 1 to 4096 in their order,
 * and returns after the last. `jitter` may be NULL.
 */
andon_status_t andon_gpio_play(solo5_handle_t handle, uint64_t mask,
                               const struct andon_gpio_step *steps, uint32_t count,
                               struct andon_gpio_jitter *jitter);

/* ---- Batches ------------------------------------------------------------------------ */

#define ANDON_MAX_REQUESTS 256

/*
 * One request of a batch, made by andon_batch_set(), andon_batch_get() or andon_batch_delay().
 * The layout is the contract's (docs/abi/devices.md), so that other requests can be made too.
 */
struct andon_request {
    uint64_t handle;
    uint32_t number;
    uint32_t status;       /* An andon_status_t, after the batch. */
    uint64_t arguments[4]; /* After the batch, arguments[1] of a get has the levels. */
    uint64_t segments;
    uint32_t count;
    uint32_t received;
};

/* Set or get lines of a GPIO device, as andon_gpio_set() and andon_gpio_get(). */
struct andon_request andon_batch_set(solo5_handle_t handle, uint64_t mask, uint64_t levels);
struct andon_request andon_batch_get(solo5_handle_t handle, uint64_t mask);

/* Wait until so many nanoseconds, at most ten seconds, have passed since the batch began. */
struct andon_request andon_batch_delay(uint64_t until);

/*
 * Checks all requests, 1 to ANDON_MAX_REQUESTS, then performs them in their order until one
 * fails, whose status is the batch's. `*done` is how many were performed; it may be NULL.
 */
andon_status_t andon_batch(struct andon_request *requests, uint32_t count, uint32_t *done);

/* ---- Memory of a call --------------------------------------------------------------- */

#define ANDON_SEND 1    /* The bytes go to the device. */
#define ANDON_RECEIVE 2 /* Bytes from the device go there. */

/* A piece of memory that a call sends from or receives to; at most 64 in a call. */
struct andon_segment {
    void *data;
    uint32_t length; /* In bytes. */
    uint32_t flags;  /* ANDON_SEND, ANDON_RECEIVE and flags of the device's class. */
};

/* ---- I2C ---------------------------------------------------------------------------- */

#define ANDON_TEN_BIT 1    /* Of a transaction: the address has ten bits. */
#define ANDON_CONTINUE 256 /* Of a segment: goes on with the message of the one before it. */

/*
 * Gives the handle of the I2C device `name`. ANDON_BAD_ARGUMENT where the program declares
 * none of this name; ANDON_NOT_GRANTED where it was not granted.
 */
andon_status_t andon_i2c_acquire(const char *name, solo5_handle_t *handle);

/*
 * Performs one transaction with the part at `address`: each segment is a message that is sent
 * or received, with a repeated start in between. `flags` is ANDON_TEN_BIT or 0. What was
 * received counts only where the status is ANDON_OK.
 */
andon_status_t andon_i2c_transfer(solo5_handle_t handle, uint32_t address, uint32_t flags,
                                  const struct andon_segment *messages, uint32_t count);

/* ---- SPI ---------------------------------------------------------------------------- */

#define ANDON_JOIN 256  /* Of a segment that is sent: the next one, as long, is received. */
#define ANDON_DELAY 512 /* Of a segment: no data, its length is a time to wait in ns. */

/*
 * Gives the handle of the SPI device `name`. ANDON_BAD_ARGUMENT where the program declares
 * none of this name; ANDON_NOT_GRANTED where it was not granted.
 */
andon_status_t andon_spi_acquire(const char *name, solo5_handle_t *handle);

/*
 * Exchanges all segments under one chip select. A segment with both ANDON_SEND and
 * ANDON_RECEIVE gets what comes back in place of what was sent. What was received counts only
 * where the status is ANDON_OK.
 */
andon_status_t andon_spi_transfer(solo5_handle_t handle, const struct andon_segment *segments,
                                  uint32_t count);

/* ---- PWM ---------------------------------------------------------------------------- */

struct andon_pwm_output {
    uint64_t period; /* In nanoseconds. */
    uint64_t duty;   /* How long it is active in each period, in nanoseconds. */
    bool enabled;    /* Whether it is on. */
};

/* As andon_gpio_acquire, for the PWM channel `name`. */
andon_status_t andon_pwm_acquire(const char *name, solo5_handle_t *handle);

/*
 * Set or get a PWM channel. ANDON_OUT_OF_BOUNDS where the grant or the chip does not allow
 * it, ANDON_BAD_ARGUMENT where the duty is longer than the period.
 */
andon_status_t andon_pwm_set(solo5_handle_t handle, const struct andon_pwm_output *output);
andon_status_t andon_pwm_get(solo5_handle_t handle, struct andon_pwm_output *output);

/* ---- LEDs --------------------------------------------------------------------------- */

struct andon_led_light {
    uint32_t brightness; /* 0 is off. */
    uint32_t most;       /* The largest brightness that the grant allows. */
};

/* As andon_pwm_acquire. */
andon_status_t andon_led_acquire(const char *name, solo5_handle_t *handle);

/* Set or get an LED. ANDON_OUT_OF_BOUNDS where `brightness` is more than `most`. */
andon_status_t andon_led_set(solo5_handle_t handle, uint32_t brightness);
andon_status_t andon_led_get(solo5_handle_t handle, struct andon_led_light *light);

/* ---- Sensors ------------------------------------------------------------------------ */

#define ANDON_TEMPERATURE 1 /* In millidegrees Celsius. */
#define ANDON_VOLTAGE 2     /* In millivolts. */
#define ANDON_CURRENT 3     /* In milliamperes. */
#define ANDON_POWER 4       /* In microwatts. */
#define ANDON_ENERGY 5      /* In microjoules. */
#define ANDON_HUMIDITY 6    /* In thousandths of a per cent. */
#define ANDON_FAN_SPEED 7   /* In revolutions per minute. */

/* As andon_pwm_acquire. */
andon_status_t andon_sensor_acquire(const char *name, solo5_handle_t *handle);

/*
 * Read a sensor in the unit of its quantity. ANDON_NOT_READY where there is no value yet,
 * ANDON_CORRUPT where it was damaged on its way.
 */
andon_status_t andon_sensor_read(solo5_handle_t handle, int64_t *value);

/* ---- Analogue inputs ---------------------------------------------------------------- */

/* As andon_pwm_acquire. */
andon_status_t andon_adc_acquire(const char *name, solo5_handle_t *handle);

/* Measure a voltage. */
andon_status_t andon_adc_read(solo5_handle_t handle, int64_t *microvolts);

/*
 * Measure up to `*count` voltages in a row, in microvolts, for at most a second; `*count` is
 * how many there are then. ANDON_UNSUPPORTED where the grant or the driver has no buffer and
 * no trigger for it, ANDON_TIMEOUT where the trigger did not come.
 */
andon_status_t andon_adc_capture(solo5_handle_t handle, int32_t *samples, uint32_t *count);

/* ---- Real-time clocks --------------------------------------------------------------- */

/* As andon_pwm_acquire. */
andon_status_t andon_rtc_acquire(const char *name, solo5_handle_t *handle);

/* Seconds since 1970. ANDON_NOT_READY where the clock was never set. */
andon_status_t andon_rtc_read(solo5_handle_t handle, int64_t *seconds);

/* ---- Declarations ------------------------------------------------------------------- */

#define ANDON_OPTIONAL 1 /* The guest runs without this device too. */

/* A GPIO device: direction, number of lines, and ANDON_OPTIONAL or 0. */
#define ANDON_GPIO(NAME, DIRECTION, LINES, FLAGS)                                          \
    {                                                                                      \
        .name = NAME, .class_number = 1, .flags = (FLAGS), .ask = {(DIRECTION), (LINES)}   \
    }

/* An input that tells its changes: number of lines, edges, and ANDON_OPTIONAL or 0. */
#define ANDON_GPIO_EDGES(NAME, LINES, EDGES, FLAGS)                                        \
    {                                                                                      \
        .name = NAME, .class_number = 1, .flags = (FLAGS),                                 \
        .ask = {ANDON_IN, (LINES), (EDGES)}                                                \
    }

/* An I2C device with one 7-bit address, the fastest clock in Hz that its part stands or 0, and
 * ANDON_OPTIONAL or 0. For more addresses see docs/abi/i2c.md. */
#define ANDON_I2C(NAME, ADDRESS, SPEED, FLAGS)                                             \
    {                                                                                      \
        .name = NAME, .class_number = 2, .flags = (FLAGS), .ask = {                        \
            [(ADDRESS) / 32] = 1u << (ADDRESS) % 32,                                       \
            [8] = (SPEED)                                                                  \
        }                                                                                  \
    }

/* An SPI device: the fastest clock in Hz that its part stands or 0, bits of a word, and
 * ANDON_OPTIONAL or 0. */
#define ANDON_SPI(NAME, SPEED, BITS, FLAGS)                                                \
    {                                                                                      \
        .name = NAME, .class_number = 3, .flags = (FLAGS), .ask = {(SPEED), (BITS)}        \
    }

/* A PWM channel: its period at the start in ns, below 2^32, or 0 where any does; flags. */
#define ANDON_PWM(NAME, PERIOD, FLAGS)                                                     \
    {                                                                                      \
        .name = NAME, .class_number = 4, .flags = (FLAGS), .ask = {(PERIOD)}               \
    }

/* A sensor: ANDON_TEMPERATURE to ANDON_FAN_SPEED; flags. */
#define ANDON_SENSOR(NAME, QUANTITY, FLAGS)                                                \
    {                                                                                      \
        .name = NAME, .class_number = 8, .flags = (FLAGS), .ask = {(QUANTITY)}             \
    }

/* An analogue input, an LED, a real-time clock; flags. */
#define ANDON_ADC(NAME, FLAGS)                                                             \
    {                                                                                      \
        .name = NAME, .class_number = 5, .flags = (FLAGS)                                  \
    }
#define ANDON_LED(NAME, FLAGS)                                                             \
    {                                                                                      \
        .name = NAME, .class_number = 7, .flags = (FLAGS)                                  \
    }
#define ANDON_RTC(NAME, FLAGS)                                                             \
    {                                                                                      \
        .name = NAME, .class_number = 9, .flags = (FLAGS)                                  \
    }

/* A network device and a block device of Solo5's manifest. */
#define ANDON_NET(NAME)                                                                    \
    {                                                                                      \
        .name = NAME, .type = 2                                                            \
    }
#define ANDON_BLOCK(NAME)                                                                  \
    {                                                                                      \
        .name = NAME, .type = 1                                                            \
    }

/* A note of the image; layouts of the contract (docs/abi). */
struct andon_note_header {
    uint32_t name_size, content_size, type;
    char name[8];
};

struct andon_declaration {
    char name[68];
    uint32_t class_number, flags, reserved, ask[12];
};

struct andon_manifest_entry {
    char name[68];
    uint32_t type, private_fields[8];
};

#define ANDON_COUNT(TYPE, ...) (sizeof((const TYPE[]){__VA_ARGS__}) / sizeof(TYPE))

#define ANDON_NOTE(OBJECT, OWNER, TYPE)                                                    \
    {                                                                                      \
        6, sizeof(OBJECT) - sizeof(struct andon_note_header), TYPE, OWNER                  \
    }

/* The devices of Andon's own that the program asks for. */
#define ANDON_DEVICES(...)                                                                 \
    const struct {                                                                         \
        struct andon_note_header header;                                                   \
        uint32_t version, entries;                                                         \
        struct andon_declaration                                                           \
            declarations[ANDON_COUNT(struct andon_declaration, __VA_ARGS__)];              \
    } andon_device_note                                                                    \
        __attribute__((section(".note.andon.devices"), used, aligned(4))) = {              \
            ANDON_NOTE(andon_device_note, "Andon", 0x31564544),                            \
            2,                                                                             \
            ANDON_COUNT(struct andon_declaration, __VA_ARGS__),                            \
            {__VA_ARGS__}}

/* Solo5's manifest: the program's network and block devices. */
#define ANDON_MANIFEST(...)                                                                \
    const struct {                                                                         \
        struct andon_note_header header;                                                   \
        uint32_t padding, version, entries;                                                \
        struct andon_manifest_entry reserved_first,                                        \
            entry[ANDON_COUNT(struct andon_manifest_entry, __VA_ARGS__)];                  \
    } __solo5_mft1_note                                                                    \
        __attribute__((section(".note.solo5.manifest"), used, aligned(4))) = {             \
            ANDON_NOTE(__solo5_mft1_note, "Solo5", 0x3154464d),                            \
            0,                                                                             \
            1,                                                                             \
            1 + ANDON_COUNT(struct andon_manifest_entry, __VA_ARGS__),                     \
            {.type = 1u << 30},                                                            \
            {__VA_ARGS__}}

#ifdef __cplusplus
}
#endif

#endif
