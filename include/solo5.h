/*
 * Solo5's interface for C guests, as Andon's C library offers it.
 *
 * Functions, types and numbers are those of Solo5 0.12, so that a program written for
 * Solo5 compiles and links unchanged. Andon's own devices are in andon.h.
 *
 * A guest is one thread without interrupts. It defines solo5_app_main and may call
 * everything else from there. What the CPU refuses ends it.
 */
#ifndef SOLO5_H_INCLUDED
#define SOLO5_H_INCLUDED

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a call ended. */
typedef enum {
    SOLO5_R_OK = 0,  /* It did what was asked. */
    SOLO5_R_AGAIN,   /* Not now: the same call may succeed later. */
    SOLO5_R_EINVAL,  /* An argument is wrong. */
    SOLO5_R_EUNSPEC  /* The host failed. */
} solo5_result_t;

/* ---- Start and end ------------------------------------------------------------------ */

struct solo5_start_info {
    const char *cmdline;  /* The command line; never changes. */
    uintptr_t heap_start; /* All memory after the image, for the program to use. */
    size_t heap_size;     /* Its size in bytes. The stack is not in it. */
};

/* The program. What it returns is the exit status. */
int solo5_app_main(const struct solo5_start_info *info);

#define SOLO5_EXIT_SUCCESS 0
#define SOLO5_EXIT_FAILURE 1
#define SOLO5_EXIT_ABORT 255 /* How the host knows that a guest broke off. */

void solo5_exit(int status) __attribute__((noreturn));
void solo5_abort(void) __attribute__((noreturn));

/* ---- Console ------------------------------------------------------------------------ */

/* Writes `size` bytes to the console. */
void solo5_console_write(const char *buf, size_t size);

/* ---- Time --------------------------------------------------------------------------- */

/* Nanoseconds. */
typedef uint64_t solo5_time_t;

/* Time since the guest's start; costs no call to the monitor. */
solo5_time_t solo5_clock_monotonic(void);

/* Time since 1970-01-01 00:00 UTC. */
solo5_time_t solo5_clock_wall(void);

/* ---- Waiting ------------------------------------------------------------------------ */

/* Names a device to the monitor. */
typedef uint64_t solo5_handle_t;

/* Bit `h` stands for handle `h`. */
typedef uint64_t solo5_handle_set_t;

/*
 * Gives the CPU away until solo5_clock_monotonic() reaches `deadline`, or a device has
 * something for the guest. Which have is stored in `*ready_set`, if that is not NULL.
 */
void solo5_yield(solo5_time_t deadline, solo5_handle_set_t *ready_set);

/* ---- Network ------------------------------------------------------------------------ */

#define SOLO5_NET_ALEN 6  /* Size of an Ethernet address. */
#define SOLO5_NET_HLEN 14 /* Size of an Ethernet header. */

struct solo5_net_info {
    uint8_t mac_address[SOLO5_NET_ALEN];
    size_t mtu; /* Largest payload of a frame, without the Ethernet header. */
};

/*
 * Gives the handle and properties of the network device `name` of the manifest, once:
 * SOLO5_R_EINVAL where there is none of this name, or it was acquired before.
 */
solo5_result_t solo5_net_acquire(const char *name, solo5_handle_t *handle,
                                 struct solo5_net_info *info);

/* Sends a frame of `size` bytes with its Ethernet header. What cannot be sent is lost. */
solo5_result_t solo5_net_write(solo5_handle_t handle, const uint8_t *buf, size_t size);

/*
 * Receives a frame into `size` bytes, which must have room for the largest one. Its size is
 * stored in `*read_size`. SOLO5_R_AGAIN where there is none.
 */
solo5_result_t solo5_net_read(solo5_handle_t handle, uint8_t *buf, size_t size,
                              size_t *read_size);

/* ---- Block -------------------------------------------------------------------------- */

/* Bytes on a block device. */
typedef uint64_t solo5_off_t;

struct solo5_block_info {
    solo5_off_t capacity;   /* Size of the device. */
    solo5_off_t block_size; /* Size of one block; each call moves one. */
};

/* As solo5_net_acquire. */
solo5_result_t solo5_block_acquire(const char *name, solo5_handle_t *handle,
                                   struct solo5_block_info *info);

/*
 * Write or read the block at `offset`, which is a multiple of the block size, whole or not
 * at all. `size` is the block size. SOLO5_R_EINVAL where that does not hold.
 */
solo5_result_t solo5_block_write(solo5_handle_t handle, solo5_off_t offset, const uint8_t *buf,
                                 size_t size);
solo5_result_t solo5_block_read(solo5_handle_t handle, solo5_off_t offset, uint8_t *buf,
                                size_t size);

/* ---- Thread-local storage ----------------------------------------------------------- */

/*
 * Variables of the local-exec model. The guest starts with a block of its own; for further
 * threads of the program's making:
 *
 *     uintptr_t tls = 16-byte aligned memory of solo5_tls_size() bytes, zeroed;
 *     solo5_tls_init(tls);
 *     solo5_set_tls_base(solo5_tls_tp_offset(tls));    // at each switch to the thread
 */
size_t solo5_tls_size(void);
uintptr_t solo5_tls_tp_offset(uintptr_t tls);
solo5_result_t solo5_tls_init(uintptr_t tls);
solo5_result_t solo5_set_tls_base(uintptr_t base);

#ifdef __cplusplus
}
#endif

#endif
