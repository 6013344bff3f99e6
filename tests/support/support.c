/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/support.h"

enum { DIRS_MAX = 256, OPEN_FOLDERS_MAX = 16 };

/* A string of ours and the list it hangs on, so that everything is freed at the end. */
struct kept {
    struct kept *next;
    char text[];
};

static struct kept *kept_first;
static char dirs[DIRS_MAX][256];
static pid_t owner_pid;

void support_assert_code(dp_err err, enum dp_code wanted, const char *call, const char *file,
                         int line)
{
    if (err.code == wanted) {
        return;
    }
    print_error("%s\n    gave %s (%s), wanted %s\n", call, err_name(err.code),
                err_sentence(err.code), wanted == DP_OK ? "success" : err_name(wanted));
    _fail(file, line);
}

uint64_t support_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1du;
}

static char *keep(size_t size)
{
    struct kept *one = calloc(1, sizeof(*one) + size);
    if (one == NULL) {
        fail_msg("no memory for %zu bytes", size);
        abort();
    }
    one->next = kept_first;
    kept_first = one;
    return one->text;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void at_end(void)
{
    /* A forked child that leaves through exit() must not remove its parent's folders. */
    if (getpid() == owner_pid) {
        for (size_t i = 0; i < DIRS_MAX; i++) {
            if (dirs[i][0] != '\0') {
                (void)nftw(dirs[i], remove_one, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS);
            }
        }
    }
    while (kept_first != NULL) {
        struct kept *next = kept_first->next;
        free(kept_first);
        kept_first = next;
    }
}

static void start_once(void)
{
    if (owner_pid == 0) {
        owner_pid = getpid();
        (void)atexit(at_end);
    }
}

static char *free_slot(void)
{
    for (size_t i = 0; i < DIRS_MAX; i++) {
        if (dirs[i][0] == '\0') {
            return dirs[i];
        }
    }
    fail_msg("more than %d temporary folders at once", DIRS_MAX);
    abort();
}

const char *support_tempdir(void)
{
    start_once();
    const char *base = getenv("TMPDIR");
    if (base == NULL || base[0] == '\0') {
        base = "/tmp";
    }
    char *slot = free_slot();
    int length = snprintf(slot, sizeof(dirs[0]), "%s/daypulse-test-XXXXXX", base);
    assert_true(length > 0 && (size_t)length < sizeof(dirs[0]));
    if (mkdtemp(slot) == NULL) {
        int number = errno;
        slot[0] = '\0';
        fail_msg("can't make a folder in %s: %s", base, strerror(number));
    }
    /* The slot is free again after support_remove_tree(), so the caller gets a copy. */
    size_t size = (size_t)length + 1;
    char *copy = keep(size);
    memcpy(copy, slot, size);
    return copy;
}

void support_remove_tree(const char *dir)
{
    size_t slot = 0;
    while (slot < DIRS_MAX && strcmp(dirs[slot], dir) != 0) {
        slot++;
    }
    if (slot == DIRS_MAX || dir[0] == '\0') {
        fail_msg("%s is not a folder made by support_tempdir()", dir);
        return;
    }
    dirs[slot][0] = '\0';
    if (nftw(dir, remove_one, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS) != 0) {
        fail_msg("can't remove %s: %s", dir, strerror(errno));
    }
}

const char *support_path(const char *dir, const char *name)
{
    start_once();
    size_t size = strlen(dir) + strlen(name) + 2;
    char *path = keep(size);
    (void)snprintf(path, size, "%s/%s", dir, name);
    return path;
}

void support_write_file(const char *path, const void *bytes, size_t bytes_count)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        fail_msg("can't write %s: %s", path, strerror(errno));
        return;
    }
    size_t written = bytes_count > 0 ? fwrite(bytes, 1, bytes_count, file) : 0;
    int closed = fclose(file);
    if (written != bytes_count || closed != 0) {
        fail_msg("can't write all of %s", path);
    }
}

const char *support_read_file(const char *path, size_t *bytes_count)
{
    start_once();
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("can't read %s: %s", path, strerror(errno));
        return "";
    }
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    assert_true(size >= 0);
    assert_int_equal(fseek(file, 0, SEEK_SET), 0);
    char *bytes = keep((size_t)size + 1);
    size_t read = fread(bytes, 1, (size_t)size, file);
    (void)fclose(file);
    assert_int_equal(read, size);
    if (bytes_count != NULL) {
        *bytes_count = read;
    }
    return bytes;
}
