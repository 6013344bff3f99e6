/* SPDX-License-Identifier: MIT */
/*
 * L5 of privacy.md, short form: what must not be found is looked for, byte by byte, in every file of
 * the data folder. Also what an answer changes: its box, and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/core/secret.h"
#include "app/privacy/epoch.h"
#include "app/privacy/keyfile.h"
#include "storage/box.h"
#include "tests/privacy/town.h"
#include "tests/support/support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { SECRETS_MAX = 200, SECRET_BYTES = BALLOT_PLAIN_BYTES, FILES_MAX = 64 };

static const struct town_team teams[] = { { 1, 0, 0 }, { 2, 1, 20 }, { 3, 1, 11 } };

struct planted {
    uint8_t bytes[SECRETS_MAX][SECRET_BYTES];
    size_t lens[SECRETS_MAX];
    size_t count;
};

static void plant(struct planted *planted, const void *bytes, size_t len)
{
    assert_true(planted->count < SECRETS_MAX && len <= SECRET_BYTES);
    memcpy(planted->bytes[planted->count], bytes, len);
    planted->lens[planted->count] = len;
    planted->count++;
}

/* ---- Every file of a folder ---- */

/* nftw() has no context. */
static struct {
    char paths[FILES_MAX][512];
    size_t count;
} files;

static int note_file(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)walk;
    if (kind == FTW_F) {
        assert_true(files.count < FILES_MAX && strlen(path) < sizeof files.paths[0]);
        (void)snprintf(files.paths[files.count], sizeof files.paths[0], "%s", path);
        files.count++;
    }
    return 0;
}

static void list_files(const char *dir)
{
    files.count = 0;
    assert_int_equal(nftw(dir, note_file, 16, FTW_PHYS), 0);
    assert_true(files.count > 4);
}

/* How many of the planted are in files whose path does not hold `except`. */
static size_t find(const struct town *town, const struct planted *planted, const char *except)
{
    size_t found = 0;
    list_files(town->dir);
    for (size_t i = 0; i < files.count; i++) {
        if (except != NULL && strstr(files.paths[i], except) != NULL) {
            continue;
        }
        size_t len = 0;
        const char *content = support_read_file(files.paths[i], &len);
        for (size_t j = 0; j < planted->count; j++) {
            found += memmem(content, len, planted->bytes[j], planted->lens[j]) != NULL ? 1 : 0;
        }
    }
    return found;
}

/* ---- What to look for ---- */

struct collecting {
    struct planted *plain;
    struct planted *sealed;
    struct planted *markers;
    const struct ballot_keys *keys;
};

static bool collect_ballot(const uint8_t slot[BOX_SLOT_BYTES],
                           const uint8_t ballot[BOX_BALLOT_BYTES], void *context)
{
    const struct collecting *collecting = context;
    static uint8_t space[BALLOT_PLAIN_BYTES];
    struct ballot opened;
    (void)slot;
    assert_ok(ballot_open(ballot, collecting->keys, space, &opened));
    /* The plain bytes as privacy.md orders them, without the zeros at the end. */
    uint8_t plain[18] = { 1 };
    uint32_t epoch = (uint32_t)opened.epoch.date.days;
    for (size_t i = 0; i < 4; i++) {
        plain[1 + i] = (uint8_t)(epoch >> 8 * (3 - i));
        plain[5 + i] = (uint8_t)(opened.cell_unit.value >> 8 * (3 - i));
        plain[9 + i] = (uint8_t)(opened.unit.value >> 8 * (3 - i));
    }
    plain[14] = (uint8_t)opened.question.value;
    plain[16] = (uint8_t)opened.question_version;
    plain[17] = (uint8_t)opened.answer;
    plant(collecting->plain, plain, sizeof plain);
    plant(collecting->sealed, ballot, SECRET_BYTES);
    return true;
}

static bool collect_marker(const uint8_t marker[BOX_MARKER_BYTES],
                           const uint8_t slot[BOX_SLOT_BYTES], void *context)
{
    const struct collecting *collecting = context;
    plant(collecting->markers, marker, BOX_MARKER_BYTES);
    plant(collecting->markers, slot, BOX_SLOT_BYTES);
    return true;
}

static void collect(struct town *town, struct date date, struct collecting *collecting)
{
    struct box *box = NULL;
    struct dp_problem problem = { 0 };
    assert_ok(box_open(town->folder.box, (struct epoch_id){ date }, &problem, &box));
    assert_ok(box_each_ballot(box, collect_ballot, collecting));
    assert_ok(box_each_marker(box, collect_marker, collecting));
    box_close(box);
}

/* While the box is open the secrets lie only where they may; after the flush they lie nowhere. */
static void test_planted_secrets_are_nowhere_after_the_flush(void **state)
{
    (void)state;
    static struct planted plain;
    static struct planted sealed;
    static struct planted markers;
    struct planted *secret_key = calloc(2, sizeof *secret_key);
    assert_non_null(secret_key);
    struct planted *day_key = &secret_key[1];
    struct town town;
    struct keyfile_moment made;
    struct date tuesday = town_date("2026-03-03");
    town_start(&town, teams, COUNT(teams));
    town_make(&town, tuesday);
    town_noon(&town, tuesday);
    for (uint64_t person = 1; person <= town.people; person++) {
        assert_ok(town_answer(&town, tuesday, person, (int)(person % 6)));
        assert_ok(town_answer(&town, tuesday, person, (int)(person % 5)));
    }
    struct ballot_keys *keys = ballot_keys_new();
    struct secret_key *day = keyfile_new_key();
    assert_ok(keyfile_read_pair(&town.folder, (struct epoch_id){ tuesday }, keys, &made));
    assert_ok(keyfile_read_day(&town.folder, (struct epoch_id){ tuesday }, day));
    plant(secret_key, keys->secret_key, sizeof keys->secret_key);
    plant(day_key, day->bytes, sizeof day->bytes);
    struct collecting collecting = { &plain, &sealed, &markers, keys };
    collect(&town, tuesday, &collecting);
    assert_int_equal(plain.count, town.people);

    assert_int_equal(find(&town, &plain, NULL), 0);
    assert_int_equal(find(&town, secret_key, "/epoch/"), 0);
    assert_int_equal(find(&town, secret_key, NULL), 1);
    assert_int_equal(find(&town, day_key, "/daykey/"), 0);
    assert_int_equal(find(&town, day_key, NULL), 1);
    assert_int_equal(find(&town, &sealed, "/box/"), 0);
    assert_true(find(&town, &sealed, NULL) >= town.people);
    assert_int_equal(find(&town, &markers, "/box/"), 0);

    (void)town_close(&town, tuesday);
    ballotboxes_tick(town.boxes);
    assert_int_equal(find(&town, &plain, NULL), 0);
    assert_int_equal(find(&town, secret_key, NULL), 0);
    assert_int_equal(find(&town, day_key, NULL), 0);
    assert_int_equal(find(&town, &sealed, NULL), 0);
    assert_int_equal(find(&town, &markers, NULL), 0);
    ballot_keys_free(keys);
    keyfile_free_key(day);
    free(secret_key);
    town_end(&town);
}

struct fingerprint {
    struct secret_hash hash;
    struct timespec changed;
    off_t size;
};

static size_t fingerprint_all(const struct town *town, struct fingerprint *out)
{
    size_t count = 0;
    list_files(town->dir);
    for (size_t i = 0; i < files.count; i++) {
        if (strstr(files.paths[i], "/box/") != NULL) {
            continue;
        }
        size_t len = 0;
        const char *content = support_read_file(files.paths[i], &len);
        struct bytes part = bytes_of(content, len);
        struct stat info;
        assert_int_equal(stat(files.paths[i], &info), 0);
        out[count] = (struct fingerprint){ .hash = secret_sha256(&part, 1),
                                           .changed = info.st_mtim,
                                           .size = info.st_size };
        count++;
    }
    return count;
}

/* An answer changes nothing outside of its box: no other file's bytes, size or time. */
static void test_planted_an_answer_changes_its_box_only(void **state)
{
    (void)state;
    static struct fingerprint before[FILES_MAX];
    static struct fingerprint after[FILES_MAX];
    struct town town;
    struct date tuesday = town_date("2026-03-03");
    town_start(&town, teams, COUNT(teams));
    town_make(&town, tuesday);
    town_noon(&town, tuesday);
    size_t count = fingerprint_all(&town, before);
    for (uint64_t person = 1; person <= 10; person++) {
        assert_ok(town_answer(&town, tuesday, person, 3));
    }
    assert_int_equal(fingerprint_all(&town, after), count);
    assert_memory_equal(before, after, count * sizeof before[0]);
    town_end(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planted_secrets_are_nowhere_after_the_flush),
        cmocka_unit_test(test_planted_an_answer_changes_its_box_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
