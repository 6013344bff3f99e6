/* SPDX-License-Identifier: MIT */
#include "app/privacy/keyfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "app/core/file.h"
#include "app/core/random.h"
#include "storage/dated.h"
#include "storage/wire.h"

enum {
    VERSION = 1,
    FILE_MAX = 256,
    PAIR_MODE = 0600,
    DAY_MODE = 0640,
};

static const char BOOT_ID_PATH[] = "/proc/sys/kernel/random/boot_id";

/* ---- Clocks ---- */

struct keyfile_moment keyfile_now(const struct clock *clock)
{
    struct keyfile_moment now = {
        .wall_s = clock_wall_s(clock),
        .boot_s = clock_boot_s(clock),
    };
    FILE_FD_AUTO int fd = open(BOOT_ID_PATH, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, now.boot_id, sizeof now.boot_id - 1);
    size_t len = got < 0 ? 0 : (size_t)got;
    while (len > 0 && now.boot_id[len - 1] == '\n') {
        len--;
    }
    memset(now.boot_id + len, 0, sizeof now.boot_id - len);
    return now;
}

/* ---- Files in locked memory ---- */

/* Fails: DP_CORRUPT when the file is longer than `max`. */
static dp_err read_locked(const char *path, uint8_t *space, size_t max, size_t *len)
{
    FILE_FD_AUTO int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return err_make(file_code_of_errno(errno));
    }
    *len = 0;
    while (*len < max) {
        ssize_t got = read(fd, space + *len, max - *len);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return err_make(DP_IO);
        }
        if (got == 0) {
            return DP_SUCCESS;
        }
        *len += (size_t)got;
    }
    return err_make(DP_CORRUPT);
}

static dp_err write_file(const char *folder, struct epoch_id epoch, mode_t mode,
                         const struct wire_writer *writer, struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    struct bytes content;
    DP_TRY(wire_finish(writer, &content));
    DP_TRY(dated_path(path, folder, "", epoch.date));
    DP_TRY(file_destroy(path));
    return file_write_atomic(path, content, mode, problem);
}

static void pair_encode(struct wire_writer *writer, struct epoch_id epoch,
                        const struct ballot_keys *keys, const struct keyfile_moment *made)
{
    wire_put_u8(writer, VERSION);
    wire_put_date(writer, epoch.date);
    wire_put_raw(writer, keys->public_key, sizeof keys->public_key);
    wire_put_raw(writer, keys->secret_key, sizeof keys->secret_key);
    wire_put_text(writer, made->boot_id, sizeof made->boot_id);
    wire_put_i64(writer, made->wall_s);
    wire_put_i64(writer, made->boot_s);
}

static dp_err pair_decode(struct bytes bytes, struct epoch_id epoch, struct ballot_keys *keys,
                          struct keyfile_moment *made)
{
    struct wire_reader reader = wire_read(bytes);
    wire_get_version(&reader, VERSION);
    struct date date = wire_get_date(&reader);
    wire_expect(&reader, date_equal(date, epoch.date));
    wire_get_raw(&reader, keys->public_key, sizeof keys->public_key);
    wire_get_raw(&reader, keys->secret_key, sizeof keys->secret_key);
    wire_get_text(&reader, made->boot_id, sizeof made->boot_id);
    made->wall_s = wire_get_i64(&reader);
    made->boot_s = wire_get_i64(&reader);
    return wire_end(&reader);
}

dp_err keyfile_read_pair(const struct folder *folder, struct epoch_id epoch,
                         struct ballot_keys *out, struct keyfile_moment *made)
{
    char path[FILE_PATH_MAX];
    size_t len = 0;
    DP_TRY(dated_path(path, folder->epoch, "", epoch.date));
    uint8_t *space = sodium_malloc(FILE_MAX);
    if (space == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    dp_err err = read_locked(path, space, FILE_MAX, &len);
    if (err_is_ok(err)) {
        err = pair_decode(bytes_of(space, len), epoch, out, made);
    }
    sodium_free(space);
    if (!err_is_ok(err)) {
        secret_wipe(out, sizeof *out);
    }
    return err;
}

dp_err keyfile_make_pair(const struct folder *folder, struct epoch_id epoch,
                         const struct keyfile_moment *made, struct ballot_keys *out,
                         struct dp_problem *problem)
{
    BALLOT_KEYS_AUTO struct ballot_keys *keys = ballot_keys_new();
    uint8_t *space = sodium_malloc(FILE_MAX);
    dp_err err = err_make(keys == NULL || space == NULL ? DP_NO_MEMORY : DP_OK);
    if (err_is_ok(err)) {
        ballot_keys_make(keys);
        struct wire_writer writer = wire_write(space, FILE_MAX);
        pair_encode(&writer, epoch, keys, made);
        err = write_file(folder->epoch, epoch, PAIR_MODE, &writer, problem);
    }
    sodium_free(space);
    DP_TRY(err);
    struct keyfile_moment read_back;
    DP_TRY(keyfile_read_pair(folder, epoch, out, &read_back));
    return ballot_keys_try(out);
}

struct secret_key *keyfile_new_key(void)
{
    secret_init();
    struct secret_key *key = sodium_malloc(sizeof *key);
    if (key != NULL) {
        sodium_memzero(key, sizeof *key);
    }
    return key;
}

void keyfile_free_key(struct secret_key *key)
{
    sodium_free(key);
}

dp_err keyfile_read_day(const struct folder *folder, struct epoch_id epoch,
                        struct secret_key *out)
{
    char path[FILE_PATH_MAX];
    size_t len = 0;
    DP_TRY(dated_path(path, folder->daykey, "", epoch.date));
    secret_init();
    uint8_t *space = sodium_malloc(FILE_MAX);
    if (space == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    dp_err err = read_locked(path, space, FILE_MAX, &len);
    if (err_is_ok(err)) {
        struct wire_reader reader = wire_read(bytes_of(space, len));
        wire_get_version(&reader, VERSION);
        struct date date = wire_get_date(&reader);
        wire_expect(&reader, date_equal(date, epoch.date));
        wire_get_raw(&reader, out->bytes, sizeof out->bytes);
        err = wire_end(&reader);
    }
    sodium_free(space);
    if (!err_is_ok(err)) {
        secret_wipe(out, sizeof *out);
    }
    return err;
}

dp_err keyfile_make_day(const struct folder *folder, struct epoch_id epoch,
                        struct dp_problem *problem)
{
    struct secret_key *key = keyfile_new_key();
    uint8_t *space = sodium_malloc(FILE_MAX);
    dp_err err = err_make(key == NULL || space == NULL ? DP_NO_MEMORY : DP_OK);
    if (err_is_ok(err)) {
        random_secret(key->bytes, sizeof key->bytes);
        struct wire_writer writer = wire_write(space, FILE_MAX);
        wire_put_u8(&writer, VERSION);
        wire_put_date(&writer, epoch.date);
        wire_put_raw(&writer, key->bytes, sizeof key->bytes);
        err = write_file(folder->daykey, epoch, DAY_MODE, &writer, problem);
    }
    sodium_free(space);
    keyfile_free_key(key);
    return err;
}

/* ---- Destroying and listing ---- */

static dp_err destroy(const char *folder, struct epoch_id epoch)
{
    char path[FILE_PATH_MAX];
    DP_TRY(dated_path(path, folder, "", epoch.date));
    return file_destroy(path);
}

dp_err keyfile_destroy_pair(const struct folder *folder, struct epoch_id epoch)
{
    return destroy(folder->epoch, epoch);
}

dp_err keyfile_destroy_day(const struct folder *folder, struct epoch_id epoch)
{
    return destroy(folder->daykey, epoch);
}

dp_err keyfile_list(const struct folder *folder, struct epoch_id out[KEYFILE_EPOCHS_MAX],
                    size_t *count)
{
    struct date pairs[KEYFILE_EPOCHS_MAX];
    struct date days[KEYFILE_EPOCHS_MAX];
    size_t pairs_count = 0;
    size_t days_count = 0;
    DP_TRY(dated_list(folder->epoch, pairs, KEYFILE_EPOCHS_MAX, &pairs_count));
    DP_TRY(dated_list(folder->daykey, days, KEYFILE_EPOCHS_MAX, &days_count));
    size_t i = 0;
    size_t j = 0;
    *count = 0;
    while (i < pairs_count || j < days_count) {
        bool is_pair = j == days_count ||
                       (i < pairs_count && !date_is_before(days[j], pairs[i]));
        struct date date = is_pair ? pairs[i] : days[j];
        if (*count == KEYFILE_EPOCHS_MAX) {
            return err_make(DP_FULL);
        }
        out[*count] = (struct epoch_id){ date };
        (*count)++;
        i += i < pairs_count && date_equal(pairs[i], date) ? 1 : 0;
        j += j < days_count && date_equal(days[j], date) ? 1 : 0;
    }
    return DP_SUCCESS;
}

static const struct dirent *next_entry(DIR *dir)
{
    return readdir(dir); /* NOLINT(concurrency-mt-unsafe): nobody else has this DIR */
}

static dp_err sweep_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return err_make(DP_IO);
    }
    dp_err err = DP_SUCCESS;
    for (const struct dirent *entry = next_entry(dir); entry != NULL && err_is_ok(err);
         entry = next_entry(dir)) {
        char path[FILE_PATH_MAX];
        if (str_ends_with(str_of(entry->d_name), STR(".tmp"))) {
            err = file_join(path, sizeof path, folder, entry->d_name);
            err = err_is_ok(err) ? file_destroy(path) : err;
        }
    }
    closedir(dir);
    return err;
}

dp_err keyfile_sweep(const struct folder *folder)
{
    DP_TRY(sweep_folder(folder->epoch));
    return sweep_folder(folder->daykey);
}
