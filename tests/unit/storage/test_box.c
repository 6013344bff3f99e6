/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/core/code.h"
#include "app/core/file.h"
#include "storage/box.h"
#include "tests/support/support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { DAY = 20521 /* 2026-03-09 */, OPEN_S = 1773052200, CLOSE_S = 1773082800 };

static const struct epoch_id epoch = { { DAY } };

static const struct unit units[] = {
    { .id = { 3 },
      .kind = UNIT_TEAM,
      .cadence = UNIT_DAILY,
      .team = { 7 },
      .headcount = 20,
      .name = "Hotline" },
    { .id = { 4 },
      .kind = UNIT_REST,
      .cadence = UNIT_WEEKLY,
      .team = { 2 },
      .pool = { 9 },
      .headcount = 11,
      .name = "Other teams of Service" },
    { .id = { 9 }, .kind = UNIT_POOL, .team = { 1 }, .headcount = 11, .name = "Small units" },
};

static const struct box_person people[] = { { { 5 }, { 3 } },
                                            { { 6 }, { 4 } },
                                            { { 700 }, { 0 } } };

static struct box_plan plan_of_day(void)
{
    struct box_plan plan = {
        .head = { .epoch = epoch,
                  .open_s = OPEN_S,
                  .close_s = CLOSE_S,
                  .question = { 1 },
                  .question_version = 2,
                  .is_anchor = true,
                  .min_people = 5 },
        .units = units,
        .units_count = COUNT(units),
        .people = people,
        .people_count = COUNT(people),
    };
    memset(plan.head.public_key, 0xab, sizeof plan.head.public_key);
    return plan;
}

static struct box *built(const char *folder)
{
    struct box_plan plan = plan_of_day();
    struct dp_problem problem = { 0 };
    struct box *box = NULL;
    assert_ok(box_build(folder, &plan, &problem));
    assert_ok(box_open(folder, epoch, &problem, &box));
    return box;
}

static struct box_entry entry_of(uint8_t who, uint8_t slot, uint8_t ballot)
{
    struct box_entry entry;
    memset(entry.marker, who, sizeof entry.marker);
    memset(entry.slot, slot, sizeof entry.slot);
    memset(entry.ballot, ballot, sizeof entry.ballot);
    return entry;
}

/* No box, a broken plan, a window that never opens: refused with a sentence, and nothing is left. */
static void test_box_build_and_open_invalid_is_refused(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct dp_problem problem = { 0 };
    struct box *box = NULL;
    assert_err(box_open(folder, epoch, &problem, &box), DP_NOT_FOUND);
    assert_null(box);
    assert_true(strlen(problem.sentence) > 0);
    struct box_plan plan = plan_of_day();
    plan.head.close_s = plan.head.open_s;
    assert_err(box_build(folder, &plan, &problem), DP_INVALID);
    plan = plan_of_day();
    plan.head.question.value = 0;
    assert_err(box_build(folder, &plan, &problem), DP_INVALID);
    plan = plan_of_day();
    plan.head.min_people = 0;
    assert_err(box_build(folder, &plan, &problem), DP_INVALID);
    plan = plan_of_day();
    const struct box_person nobody = { { 0 }, { 3 } };
    plan.people = &nobody;
    plan.people_count = 1;
    assert_err(box_build(folder, &plan, &problem), DP_INVALID);
    size_t count = 99;
    struct epoch_id list[BOX_EPOCHS_MAX];
    assert_ok(box_list(folder, list, &count));
    assert_int_equal(count, 0);
    assert_false(file_exists(support_path(folder, ".making-2026-03-09")));
    support_remove_tree(folder);
}

/* A second box of the same day is refused, and the first one stays whole. */
static void test_box_build_twice_is_refused(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct dp_problem problem = { 0 };
    struct box *box = built(folder);
    struct box_plan plan = plan_of_day();
    assert_err(box_build(folder, &plan, &problem), DP_EXISTS);
    assert_int_equal(box_head(box)->people_count, 3);
    box_close(box);
    support_remove_tree(folder);
}

/* The head and the plan come back; who is not in the plan is not found. */
static void test_box_open_plan_is_read(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct box *box = built(folder);
    const struct box_head *head = box_head(box);
    assert_int_equal(head->epoch.date.days, DAY);
    assert_int_equal(head->public_key[31], 0xab);
    assert_int_equal(head->open_s, OPEN_S);
    assert_int_equal(head->close_s, CLOSE_S);
    assert_int_equal(head->question.value, 1);
    assert_int_equal(head->question_version, 2);
    assert_true(head->is_anchor);
    assert_int_equal(head->min_people, 5);
    assert_int_equal(head->units_count, 3);
    struct unit_id unit = { 99 };
    assert_ok(box_find_person(box, (struct person_id){ 6 }, &unit));
    assert_int_equal(unit.value, 4);
    assert_ok(box_find_person(box, (struct person_id){ 700 }, &unit));
    assert_int_equal(unit.value, 0);
    assert_err(box_find_person(box, (struct person_id){ 7 }, &unit), DP_NOT_FOUND);
    struct unit found;
    assert_ok(box_find_unit(box, (struct unit_id){ 4 }, &found));
    assert_int_equal(found.pool.value, 9);
    assert_string_equal(found.name, "Other teams of Service");
    assert_err(box_find_unit(box, (struct unit_id){ 5 }, &found), DP_NOT_FOUND);
    box_close(box);
    support_remove_tree(folder);
}

/* What the web process may do: read and write the files, not the folder. */
static void test_box_build_modes_keep_the_folder_shut(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct stat info;
    mode_t before = umask(0077);
    box_close(built(folder));
    umask(before);
    assert_int_equal(stat(support_path(folder, "2026-03-09"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0750);
    assert_int_equal(stat(support_path(folder, "2026-03-09/data.mdb"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0660);
    assert_int_equal(stat(support_path(folder, "2026-03-09/lock.mdb"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0660);
    support_remove_tree(folder);
}

struct seen {
    size_t count;
    uint8_t ballots[8];
    uint8_t slots[8];
};

static bool note_ballot(const uint8_t slot[BOX_SLOT_BYTES],
                        const uint8_t ballot[BOX_BALLOT_BYTES], void *context)
{
    struct seen *seen = context;
    seen->slots[seen->count] = slot[BOX_SLOT_BYTES - 1];
    seen->ballots[seen->count] = ballot[BOX_BALLOT_BYTES - 1];
    seen->count++;
    return seen->count < sizeof seen->slots;
}

static bool note_marker(const uint8_t marker[BOX_MARKER_BYTES],
                        const uint8_t slot[BOX_SLOT_BYTES], void *context)
{
    struct seen *seen = context;
    seen->ballots[seen->count] = marker[BOX_MARKER_BYTES - 1];
    seen->slots[seen->count] = slot[0];
    seen->count++;
    return false;
}

/* A second ballot of the same marker replaces the first in its old slot. */
static void test_box_put_second_ballot_replaces_the_first(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct box *box = built(folder);
    struct box_entry entry = entry_of(1, 0x20, 11);
    assert_ok(box_put(box, &entry));
    entry = entry_of(2, 0x10, 12);
    assert_ok(box_put(box, &entry));
    entry = entry_of(1, 0x30, 13);
    assert_ok(box_put(box, &entry));
    uint64_t markers = 0;
    uint64_t ballots = 0;
    assert_ok(box_count(box, &markers, &ballots));
    assert_int_equal(markers, 2);
    assert_int_equal(ballots, 2);
    struct seen seen = { 0 };
    assert_ok(box_each_ballot(box, note_ballot, &seen));
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.slots[0], 0x10);
    assert_int_equal(seen.ballots[0], 12);
    assert_int_equal(seen.slots[1], 0x20);
    assert_int_equal(seen.ballots[1], 13);
    struct seen first = { 0 };
    assert_ok(box_each_marker(box, note_marker, &first));
    assert_int_equal(first.count, 1);
    assert_int_equal(first.ballots[0], 1);
    assert_int_equal(first.slots[0], 0x20);
    box_close(box);
    support_remove_tree(folder);
}

/* Closed is closed, again and in another handle; what was in stays in. */
static void test_box_put_closed_is_refused(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct dp_problem problem = { 0 };
    struct box *box = built(folder);
    bool is_closed = true;
    assert_ok(box_is_closed(box, &is_closed));
    assert_false(is_closed);
    struct box_entry entry = entry_of(1, 0x20, 11);
    assert_ok(box_put(box, &entry));
    assert_ok(box_mark_closed(box));
    assert_ok(box_mark_closed(box));
    assert_err(box_put(box, &entry), DP_CLOSED);
    box_close(box);
    assert_ok(box_open(folder, epoch, &problem, &box));
    assert_ok(box_is_closed(box, &is_closed));
    assert_true(is_closed);
    assert_err(box_put(box, &entry), DP_CLOSED);
    struct seen seen = { 0 };
    assert_ok(box_each_ballot(box, note_ballot, &seen));
    assert_int_equal(seen.count, 1);
    box_close(box);
    support_remove_tree(folder);
}

/* The mark of another process is seen at once by one that has had the box open all the time. */
static void test_box_put_closed_by_another_process_is_refused(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct dp_problem problem = { 0 };
    struct box_plan plan = plan_of_day();
    assert_ok(box_build(folder, &plan, &problem));
    int to_child[2];
    int to_parent[2];
    assert_int_equal(pipe(to_child), 0);
    assert_int_equal(pipe(to_parent), 0);
    pid_t child = fork();
    if (child == 0) {
        struct box *mine = NULL;
        struct box_entry entry = entry_of(1, 0x20, 11);
        char byte = 0;
        bool is_well = err_is_ok(box_open(folder, epoch, &problem, &mine)) &&
                       err_is_ok(box_put(mine, &entry)) && write(to_parent[1], "r", 1) == 1 &&
                       read(to_child[0], &byte, 1) == 1 &&
                       err_is(box_put(mine, &entry), DP_CLOSED);
        _exit(is_well ? 0 : 1);
    }
    char byte = 0;
    assert_int_equal(read(to_parent[0], &byte, 1), 1);
    struct box *box = NULL;
    assert_ok(box_open(folder, epoch, &problem, &box));
    assert_ok(box_mark_closed(box));
    assert_int_equal(write(to_child[1], "g", 1), 1);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    box_close(box);
    support_remove_tree(folder);
}

static void *put_many(void *context)
{
    struct box *box = context;
    static _Atomic uint8_t next = 1;
    for (uint8_t i = 0; i < 20; i++) {
        uint8_t who = next++;
        struct box_entry entry = entry_of(who, who, who);
        dp_err first = box_put(box, &entry);
        dp_err again = box_put(box, &entry);
        if (!err_is_ok(first) || !err_is_ok(again)) {
            return NULL;
        }
    }
    return context;
}

/* Eight threads at once: each marker has exactly one ballot, its own. */
static void test_box_put_by_many_threads_is_once_each(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct box *box = built(folder);
    pthread_t threads[8];
    for (size_t i = 0; i < COUNT(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, put_many, box), 0);
    }
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *result = NULL;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_non_null(result);
    }
    uint64_t markers = 0;
    uint64_t ballots = 0;
    assert_ok(box_count(box, &markers, &ballots));
    assert_int_equal(markers, 160);
    assert_int_equal(ballots, 160);
    box_close(box);
    support_remove_tree(folder);
}

/* What crashes leave is swept; boxes and other files stay. A destroyed box is gone, again is fine. */
static void test_box_sweep_and_destroy_remove_what_they_should(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct dp_problem problem = { 0 };
    box_close(built(folder));
    struct box_plan plan = plan_of_day();
    plan.head.epoch.date.days = DAY - 3;
    assert_ok(box_build(folder, &plan, &problem));
    assert_ok(file_make_dir(support_path(folder, ".making-2026-03-10"), 0700, &problem));
    assert_ok(file_make_dir(support_path(folder, ".gone-2026-03-02"), 0700, &problem));
    support_write_file(support_path(folder, ".gone-2026-03-02/data.mdb"), "x", 1);
    assert_ok(box_sweep(folder));
    assert_false(file_exists(support_path(folder, ".making-2026-03-10")));
    assert_false(file_exists(support_path(folder, ".gone-2026-03-02")));
    struct epoch_id list[BOX_EPOCHS_MAX];
    size_t count = 0;
    assert_ok(box_list(folder, list, &count));
    assert_int_equal(count, 2);
    assert_int_equal(list[0].date.days, DAY - 3);
    assert_int_equal(list[1].date.days, DAY);
    assert_ok(box_destroy(folder, epoch));
    assert_ok(box_destroy(folder, epoch));
    assert_ok(box_list(folder, list, &count));
    assert_int_equal(count, 1);
    struct box *box = NULL;
    assert_err(box_open(folder, epoch, &problem, &box), DP_NOT_FOUND);
    support_remove_tree(folder);
}

/* A box under another day's name is refused. */
static void test_box_open_renamed_box_is_refused(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct dp_problem problem = { 0 };
    box_close(built(folder));
    assert_int_equal(
        rename(support_path(folder, "2026-03-09"), support_path(folder, "2026-03-10")), 0);
    struct box *box = NULL;
    assert_err(box_open(folder, (struct epoch_id){ { DAY + 1 } }, &problem, &box), DP_CORRUPT);
    support_remove_tree(folder);
}

/* ---- Golden bytes: the format may not change unnoticed ---- */

static void assert_stored(struct store_txn *txn, const char *key_hex, const char *value_hex)
{
    uint8_t key[STORE_KEY_MAX];
    char text[1024];
    struct bytes value;
    size_t len = strlen(key_hex) / 2;
    assert_ok(code_hex_read(str_of(key_hex), key, len));
    assert_ok(store_get(txn, bytes_of(key, len), &value));
    assert_true(value.len * 2 < sizeof text);
    code_hex(value, text, sizeof text);
    assert_string_equal(text, value_hex);
}

static void test_box_bytes_are_what_they_were(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct dp_problem problem = { 0 };
    struct box *box = built(folder);
    struct box_entry entry = entry_of(0x11, 0x22, 0x33);
    assert_ok(box_put(box, &entry));
    assert_ok(box_mark_closed(box));
    struct store_options options = { .path = support_path(folder, "2026-03-09"),
                                     .schema_version = 1,
                                     .kind = "box" };
    struct store *store = NULL;
    struct store_txn *txn = NULL;
    uint64_t keys = 0;
    assert_ok(store_open(&options, &problem, &store));
    assert_ok(store_read(store, &txn));
    assert_stored(txn, "6001",
                  "0100005029"
                  "abababababababababababababababababababababababababababababababab"
                  "0000000069aea1280000000069af18b0"
                  "000100020100000005"
                  "0000000300000003");
    assert_stored(txn, "6002", "");
    assert_stored(txn, "610100000003",
                  "01000000030000000000070000000000000014000000000000"
                  "07486f746c696e65");
    assert_stored(txn, "61020000000000000006", "00000004");
    assert_stored(txn, "610200000000000002bc", "00000000");
    assert_stored(txn, "6211111111111111111111111111111111",
                  "22222222222222222222222222222222");
    assert_stored(txn, "6322222222222222222222222222222222",
                  "333333333333333333333333333333333333333333333333333333333333333333333333"
                  "333333333333333333333333333333333333333333333333333333333333333333333333"
                  "333333333333333333333333333333333333333333333333");
    assert_ok(store_count(txn, bytes_of("", 0), &keys));
    assert_int_equal(keys, 1 + 1 + 3 + 3 + 1 + 1);
    store_read_end(txn);
    store_close(store);
    box_close(box);
    support_remove_tree(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_box_build_and_open_invalid_is_refused),
        cmocka_unit_test(test_box_build_twice_is_refused),
        cmocka_unit_test(test_box_open_plan_is_read),
        cmocka_unit_test(test_box_build_modes_keep_the_folder_shut),
        cmocka_unit_test(test_box_put_second_ballot_replaces_the_first),
        cmocka_unit_test(test_box_put_closed_is_refused),
        cmocka_unit_test(test_box_put_closed_by_another_process_is_refused),
        cmocka_unit_test(test_box_put_by_many_threads_is_once_each),
        cmocka_unit_test(test_box_sweep_and_destroy_remove_what_they_should),
        cmocka_unit_test(test_box_open_renamed_box_is_refused),
        cmocka_unit_test(test_box_bytes_are_what_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
