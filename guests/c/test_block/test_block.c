/*
 * Writes every block of the device `storage`, reads all of them back, and checks that what
 * must be refused is refused. What the device held is lost.
 */
#include <andon.h>

#include "../console.h"

ANDON_MANIFEST(ANDON_BLOCK("storage"));

#define LARGEST_BLOCK 65536

static uint8_t buffer[LARGEST_BLOCK + 1];

/* A byte that depends on its place on the device. */
static uint8_t pattern(solo5_off_t offset)
{
    return (uint8_t)(offset ^ (offset >> 8) ^ (offset >> 16) ^ (offset >> 24));
}

static const char *write_all(solo5_handle_t storage, const struct solo5_block_info *info)
{
    for (solo5_off_t block = 0; block < info->capacity; block += info->block_size) {
        for (solo5_off_t i = 0; i < info->block_size; i++)
            buffer[i] = pattern(block + i);
        if (solo5_block_write(storage, block, buffer, info->block_size) != SOLO5_R_OK)
            return "a block cannot be written";
    }
    return NULL;
}

static const char *read_all(solo5_handle_t storage, const struct solo5_block_info *info)
{
    for (solo5_off_t block = 0; block < info->capacity; block += info->block_size) {
        if (solo5_block_read(storage, block, buffer, info->block_size) != SOLO5_R_OK)
            return "a block cannot be read";
        for (solo5_off_t i = 0; i < info->block_size; i++)
            if (buffer[i] != pattern(block + i))
                return "a block does not hold what was written";
    }
    return NULL;
}

static const char *refusals(solo5_handle_t storage, const struct solo5_block_info *info)
{
    size_t size = info->block_size;
    if (solo5_block_write(storage, info->capacity, buffer, size) == SOLO5_R_OK)
        return "a write beyond the end succeeds";
    if (solo5_block_read(storage, info->capacity, buffer, size) == SOLO5_R_OK)
        return "a read beyond the end succeeds";
    if (solo5_block_write(storage, size / 2, buffer, size) == SOLO5_R_OK)
        return "a write across blocks succeeds";
    if (solo5_block_read(storage, size / 2, buffer, size) == SOLO5_R_OK)
        return "a read across blocks succeeds";
    if (solo5_block_write(storage, 0, buffer, size - 1) == SOLO5_R_OK)
        return "a write of less than a block succeeds";
    if (solo5_block_read(storage, 0, buffer, size + 1) == SOLO5_R_OK)
        return "a read of more than a block succeeds";
    return NULL;
}

static const char *test(void)
{
    solo5_handle_t storage, again;
    struct solo5_block_info info;
    if (solo5_block_acquire("storage", &storage, &info) != SOLO5_R_OK)
        return "storage cannot be acquired";
    if (solo5_block_acquire("storage", &again, &info) == SOLO5_R_OK)
        return "storage can be acquired twice";
    if (info.block_size > LARGEST_BLOCK)
        return "blocks are too large";
    const char *failure = write_all(storage, &info);
    if (failure == NULL)
        failure = read_all(storage, &info);
    if (failure == NULL)
        failure = refusals(storage, &info);
    return failure;
}

int solo5_app_main(const struct solo5_start_info *info)
{
    (void)info;
    const char *failure = test();
    print("test_block: ");
    print(failure == NULL ? "ok" : failure);
    print("\n");
    return failure == NULL ? SOLO5_EXIT_SUCCESS : SOLO5_EXIT_FAILURE;
}
