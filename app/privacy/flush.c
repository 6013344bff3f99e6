/* SPDX-License-Identifier: MIT */
#include "app/privacy/flush.h"

#include "app/core/log.h"
#include "app/core/mem.h"
#include "app/privacy/flush_cells.h"
#include "app/privacy/keyfile.h"
#include "storage/dated.h"
#include "storage/flushed_record.h"
#include "storage/partition_record.h"
#include "storage/week_released_record.h"

enum {
    CLOCKS_MAY_DIFFER_S = 120,
    WEEK_LAST_DAY = 6,
    LOOK_AGAIN_S = 3600,
    LOOK_SOON_S = 60,
    MAKE_AHEAD_S = 3600,
};

static dp_err refuse(struct dp_problem *problem, enum dp_code code, struct date date,
                     const char *sentence)
{
    char text[DATE_TEXT_MAX];
    date_text(date, text);
    err_ignore(problem_set(problem, 0, 0, "%s: %s", text, sentence));
    return err_make(code);
}

/* ---- Is it time? ---- */

/* The wall clock, and what the boot clock makes of the moment when the keys were made. After a restart
 * of the machine there is nothing to compare with. */
static dp_err check_clocks(const struct house *house, const struct box_head *head,
                           const struct keyfile_moment *made, struct dp_problem *problem)
{
    struct keyfile_moment now = keyfile_now(&house->clock);
    if (now.wall_s < head->close_s) {
        return refuse(problem, DP_BUSY, head->epoch.date,
                      "the time for answers is not over yet");
    }
    bool is_same_run = made->boot_id[0] != '\0' &&
                       str_equal(str_of(made->boot_id), str_of(now.boot_id)) &&
                       now.boot_s >= made->boot_s;
    int64_t by_boot_s = made->wall_s + (now.boot_s - made->boot_s);
    if (is_same_run && by_boot_s + CLOCKS_MAY_DIFFER_S < head->close_s) {
        return refuse(problem, DP_BUSY, head->epoch.date,
                      "the clock was set forward; the day is closed when that much time has "
                      "really passed");
    }
    return DP_SUCCESS;
}

/* ---- Weeks ---- */

static dp_err is_week_released(const struct house *house, struct date monday, bool *is_released)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct week_released week;
    DP_TRY(store_read(house->results, &txn));
    dp_err err = week_released_record_get(txn, monday, &week);
    *is_released = err_is_ok(err);
    return err_is(err, DP_NOT_FOUND) ? DP_SUCCESS : err;
}

/* False for boxes of other weeks and for that of `except`. */
static dp_err is_open_box(const struct house *house, struct epoch_id box, struct date monday,
                          struct date except, bool *is_open)
{
    bool is_flushed = true;
    if (date_equal(date_monday(box.date), monday) && !date_equal(box.date, except)) {
        DP_TRY(house_is_flushed(house, box, &is_flushed));
    }
    *is_open = !is_flushed;
    return DP_SUCCESS;
}

/* True while a box of the week, other than that of `except`, is not flushed. */
static dp_err has_open_box(const struct house *house, struct date monday, struct date except,
                           bool *is_there)
{
    struct epoch_id boxes[BOX_EPOCHS_MAX];
    size_t count = 0;
    *is_there = false;
    DP_TRY(box_list(house->folder->box, boxes, &count));
    for (size_t i = 0; i < count && !*is_there; i++) {
        DP_TRY(is_open_box(house, boxes[i], monday, except, is_there));
    }
    return DP_SUCCESS;
}

/* True if something is still going to be asked in the week after `date`. */
static dp_err has_later_day(const struct house *house, struct date date, bool *is_there)
{
    STORE_READ_AUTO struct store_txn *office = NULL;
    HOUSE_SURVEY_AUTO struct house_survey survey = { 0 };
    *is_there = false;
    DP_TRY(store_read(house->office, &office));
    DP_TRY(house_survey_read(office, &survey));
    struct date sunday = date_add(date_monday(date), WEEK_LAST_DAY);
    for (struct date at = date_add(date, 1); !date_is_before(sunday, at) && !*is_there;
         at = date_add(at, 1)) {
        struct calendar_day day;
        DP_TRY(house_day(office, &survey, at, &day));
        *is_there = day.kind == CALENDAR_ASK;
    }
    return DP_SUCCESS;
}

static dp_err is_last_of_week(const struct house *house, struct date date, bool *is_last)
{
    bool has_box = false;
    bool has_later = false;
    DP_TRY(has_open_box(house, date_monday(date), date, &has_box));
    DP_TRY(has_later_day(house, date, &has_later));
    *is_last = !has_box && !has_later;
    return DP_SUCCESS;
}

static dp_err form_week(const struct house *house, struct date monday, uint32_t min_people,
                        struct cell_list *cells)
{
    TALLY_LIST_AUTO struct tally_list tallies = { 0 };
    DP_TRY(tally_each(house->folder->tally, monday, tally_list_add, &tallies));
    return flush_cells_of_week(monday, min_people, &tallies, cells);
}

/* ---- Step 4: one transaction ---- */

struct release {
    const struct cell_list *cells;
    const struct flushed *flushed; /* NULL: a left-over week alone */
    bool has_week;
    struct date monday;
};

static dp_err write_release(struct store_txn *txn, void *context)
{
    const struct release *release = context;
    struct flushed done;
    if (release->flushed != NULL) {
        dp_err err = flushed_record_get(txn, release->flushed->epoch, &done);
        if (!err_is(err, DP_NOT_FOUND)) {
            return err; /* done already, or unreadable */
        }
    }
    for (size_t i = 0; i < release->cells->count; i++) {
        DP_TRY(cell_record_put(txn, &release->cells->cells[i]));
    }
    if (release->has_week) {
        struct week_released week = { release->monday };
        DP_TRY(week_released_record_put(txn, &week));
    }
    return release->flushed == NULL ? DP_SUCCESS : flushed_record_put(txn, release->flushed);
}

static uint32_t count_shown(const struct cell_list *cells)
{
    uint32_t shown = 0;
    for (size_t i = 0; i < cells->count; i++) {
        shown += cells->cells[i].status == CELL_OK ? 1 : 0;
    }
    return shown;
}

static void note_release(const struct release *release, struct flush_report *report)
{
    uint32_t shown = count_shown(release->cells);
    report->cells_shown += shown;
    report->cells_hidden += (uint32_t)release->cells->count - shown;
    report->weeks += release->has_week ? 1 : 0;
}

/* ---- One epoch ---- */

struct closing {
    const struct house *house;
    struct epoch_id epoch;
    bool is_by_hand;
    struct box *box;
    struct ballot_keys *keys;
    struct flush_report *report;
    struct dp_problem *problem;
};

/* Steps 2 and 3. The counts are wiped before anything is written to the results. */
static dp_err count_and_tally(struct closing *closing, struct cell_list *cells)
{
    const struct house *house = closing->house;
    COUNTING_AUTO struct counting counting = { 0 };
    TALLY_LIST_AUTO struct tally_list tallies = { 0 };
    DP_TRY(counting_open(closing->box, closing->keys, &counting));
    house_reach(house, HOUSE_BALLOTS_READ);
    if (counting.refused > 0 || counting.missing > 0) {
        char text[DATE_TEXT_MAX];
        date_text(closing->epoch.date, text);
        log_error("%s: %u ballots and %u markers in the box don't fit; they are not counted",
                  text, (unsigned)counting.refused, (unsigned)counting.missing);
        closing->report->refused += counting.refused;
    }
    DP_TRY(flush_cells_of_day(box_head(closing->box), &counting, cells, &tallies));
    bool is_released = false;
    DP_TRY(is_week_released(house, date_monday(closing->epoch.date), &is_released));
    if (is_released) {
        cells->not_shown += tally_list_answers(&tallies);
    } else if (tallies.count > 0) {
        DP_TRY(tally_write(house->folder->tally, closing->epoch, tallies.rows, tallies.count,
                           closing->problem));
    }
    house_reach(house, HOUSE_TALLY_WRITTEN);
    return DP_SUCCESS;
}

static dp_err write_cells(struct closing *closing, struct cell_list *cells)
{
    const struct house *house = closing->house;
    const struct box_head *head = box_head(closing->box);
    struct date monday = date_monday(closing->epoch.date);
    bool is_released = false;
    bool is_last = false;
    DP_TRY(is_week_released(house, monday, &is_released));
    DP_TRY(is_last_of_week(house, closing->epoch.date, &is_last));
    struct release release = {
        .cells = cells,
        .monday = monday,
        .has_week = is_last && !is_released,
    };
    if (release.has_week) {
        DP_TRY(form_week(house, monday, head->min_people, cells));
    }
    uint32_t whole = 2 * head->min_people;
    struct flushed flushed = {
        .epoch = closing->epoch,
        .question = head->question,
        .question_version = head->question_version,
        .cells = count_shown(cells),
        .ballots_not_shown = (uint32_t)(cells->not_shown / whole) * whole,
    };
    release.flushed = &flushed;
    DP_TRY(store_write(house->results, write_release, &release));
    note_release(&release, closing->report);
    house_reach(house, HOUSE_CELLS_WRITTEN);
    return DP_SUCCESS;
}

static dp_err open_epoch(struct closing *closing)
{
    const struct house *house = closing->house;
    struct keyfile_moment made;
    dp_err err = box_open(house->folder->box, closing->epoch, closing->problem, &closing->box);
    if (err_is(err, DP_NOT_FOUND)) {
        return refuse(closing->problem, DP_NOT_FOUND, closing->epoch.date,
                      "there is no box of this day");
    }
    DP_TRY(err);
    closing->keys = ballot_keys_new();
    if (closing->keys == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    err = keyfile_read_pair(house->folder, closing->epoch, closing->keys, &made);
    if (!err_is_ok(err)) {
        return refuse(closing->problem, err.code, closing->epoch.date,
                      "the secret key can't be read; without it nobody can open the answers");
    }
    bool may_be_early = closing->is_by_hand && house->folder->is_demo;
    return may_be_early ? DP_SUCCESS
                        : check_clocks(house, box_head(closing->box), &made, closing->problem);
}

/* Steps 1 to 4. */
static dp_err release_epoch(struct closing *closing)
{
    CELL_LIST_AUTO struct cell_list cells = { 0 };
    DP_TRY(open_epoch(closing));
    DP_TRY(box_mark_closed(closing->box));
    house_reach(closing->house, HOUSE_BOX_CLOSED);
    DP_TRY(count_and_tally(closing, &cells));
    return write_cells(closing, &cells);
}

/* Step 5. The key first: from then on the ballots are noise. */
static dp_err destroy_epoch(const struct house *house, struct epoch_id epoch)
{
    DP_TRY(keyfile_destroy_pair(house->folder, epoch));
    house_reach(house, HOUSE_PAIR_GONE);
    DP_TRY(keyfile_destroy_day(house->folder, epoch));
    house_reach(house, HOUSE_DAYKEY_GONE);
    DP_TRY(box_destroy(house->folder->box, epoch));
    house_reach(house, HOUSE_BOX_GONE);
    return DP_SUCCESS;
}

static dp_err destroy_week(const struct house *house, struct date monday)
{
    bool is_released = false;
    DP_TRY(is_week_released(house, monday, &is_released));
    if (is_released) {
        DP_TRY(tally_destroy(house->folder->tally, monday));
        house_reach(house, HOUSE_TALLY_GONE);
    }
    return DP_SUCCESS;
}

static dp_err close_locked(struct closing *closing)
{
    const struct house *house = closing->house;
    bool is_flushed = false;
    DP_TRY(house_is_flushed(house, closing->epoch, &is_flushed));
    DP_TRY(box_sweep(house->folder->box));
    DP_TRY(keyfile_sweep(house->folder));
    if (!is_flushed) {
        dp_err err = release_epoch(closing);
        box_close(closing->box);
        ballot_keys_free(closing->keys);
        DP_TRY(err);
    }
    DP_TRY(destroy_epoch(house, closing->epoch));
    closing->report->epochs++;
    return destroy_week(house, date_monday(closing->epoch.date));
}

dp_err flush_close(const struct house *house, struct epoch_id epoch, bool is_by_hand,
                   struct flush_report *report, struct dp_problem *problem)
{
    HOUSE_LOCK_AUTO int lock_fd = -1;
    struct flush_report unused = { 0 };
    DP_TRY(house_lock(house, &lock_fd, problem));
    struct closing closing = {
        .house = house,
        .epoch = epoch,
        .is_by_hand = is_by_hand,
        .report = report == NULL ? &unused : report,
        .problem = problem,
    };
    return close_locked(&closing);
}

/* ---- All that is due ---- */

/* Keeps the first error; the others go on. */
static void keep_first(dp_err *first, dp_err err)
{
    if (err_is_ok(*first)) {
        *first = err;
    }
}

static dp_err close_time(const struct house *house, struct epoch_id epoch, int64_t *close_s)
{
    BOX_AUTO struct box *box = NULL;
    struct dp_problem problem = { 0 };
    DP_TRY(box_open(house->folder->box, epoch, &problem, &box));
    *close_s = box_head(box)->close_s;
    return DP_SUCCESS;
}

/* With DP_BUSY meaning "not yet". */
static dp_err close_if_due(const struct house *house, struct epoch_id epoch,
                           struct flush_report *report, struct dp_problem *problem)
{
    bool is_flushed = false;
    int64_t close_s = 0;
    DP_TRY(house_is_flushed(house, epoch, &is_flushed));
    if (!is_flushed) {
        DP_TRY(close_time(house, epoch, &close_s));
        if (clock_wall_s(&house->clock) < close_s) {
            return DP_SUCCESS;
        }
    }
    dp_err err = flush_close(house, epoch, false, report, problem);
    report->waiting += err_is(err, DP_BUSY) ? 1 : 0;
    return err_is(err, DP_BUSY) ? DP_SUCCESS : err;
}

/* Keys without a box: of an epoch that is flushed, or of one that never came to be. Those of today
 * and later may be about to get their box. */
static dp_err destroy_stray_keys(const struct house *house, struct epoch_id epoch)
{
    char path[FILE_PATH_MAX];
    bool is_flushed = false;
    struct date today = zone_to_local(house->zone, clock_wall_s(&house->clock)).date;
    DP_TRY(dated_path(path, house->folder->box, "", epoch.date));
    DP_TRY(house_is_flushed(house, epoch, &is_flushed));
    bool is_stray = !file_exists(path) && (is_flushed || date_is_before(epoch.date, today));
    return is_stray ? destroy_epoch(house, epoch) : DP_SUCCESS;
}

/* Another k than that of the week's boxes can only be a higher one. */
static dp_err min_people_now(const struct house *house, uint32_t *min_people)
{
    STORE_READ_AUTO struct store_txn *office = NULL;
    struct partition_state state;
    DP_TRY(store_read(house->office, &office));
    DP_TRY(partition_record_get(office, &state));
    *min_people = state.min_people;
    return DP_SUCCESS;
}

static dp_err release_left_over(const struct house *house, struct date monday,
                                struct flush_report *report)
{
    CELL_LIST_AUTO struct cell_list cells = { 0 };
    struct date today = zone_to_local(house->zone, clock_wall_s(&house->clock)).date;
    bool is_released = false;
    bool has_box = false;
    uint32_t min_people = 0;
    DP_TRY(is_week_released(house, monday, &is_released));
    DP_TRY(has_open_box(house, monday, (struct date){ -1 }, &has_box));
    bool is_over = date_is_before(date_add(monday, WEEK_LAST_DAY), today);
    if (!is_released && (has_box || !is_over)) {
        return DP_SUCCESS;
    }
    if (!is_released) {
        struct release release = { .cells = &cells, .has_week = true, .monday = monday };
        DP_TRY(min_people_now(house, &min_people));
        DP_TRY(form_week(house, monday, min_people, &cells));
        DP_TRY(store_write(house->results, write_release, &release));
        note_release(&release, report);
        house_reach(house, HOUSE_CELLS_WRITTEN);
    }
    return destroy_week(house, monday);
}

static dp_err finish_locked(const struct house *house, struct flush_report *report,
                            struct dp_problem *problem)
{
    HOUSE_LOCK_AUTO int lock_fd = -1;
    struct epoch_id keys[KEYFILE_EPOCHS_MAX];
    struct date weeks[TALLY_WEEKS_MAX];
    size_t count = 0;
    dp_err first = DP_SUCCESS;
    dp_err locked = house_lock(house, &lock_fd, problem);
    if (err_is(locked, DP_BUSY)) {
        return DP_SUCCESS; /* who holds the lock does it, or the next run */
    }
    DP_TRY(locked);
    DP_TRY(keyfile_list(house->folder, keys, &count));
    for (size_t i = 0; i < count; i++) {
        keep_first(&first, destroy_stray_keys(house, keys[i]));
    }
    DP_TRY(tally_list(house->folder->tally, weeks, &count));
    for (size_t i = 0; i < count; i++) {
        keep_first(&first, release_left_over(house, weeks[i], report));
    }
    return first;
}

dp_err flush_run(const struct house *house, struct flush_report *report,
                 struct dp_problem *problem)
{
    struct epoch_id boxes[BOX_EPOCHS_MAX];
    size_t count = 0;
    struct flush_report unused = { 0 };
    struct flush_report *noted = report == NULL ? &unused : report;
    dp_err first = DP_SUCCESS;
    DP_TRY(box_list(house->folder->box, boxes, &count));
    for (size_t i = 0; i < count; i++) {
        keep_first(&first, close_if_due(house, boxes[i], noted, problem));
    }
    keep_first(&first, finish_locked(house, noted, problem));
    return first;
}

dp_err flush_next_due(const struct house *house, int64_t *due_s)
{
    struct epoch_id boxes[BOX_EPOCHS_MAX];
    size_t count = 0;
    int64_t now_s = clock_wall_s(&house->clock);
    *due_s = now_s + LOOK_AGAIN_S;
    DP_TRY(box_list(house->folder->box, boxes, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t close_s = 0;
        DP_TRY(close_time(house, boxes[i], &close_s));
        int64_t at_s = now_s < close_s - MAKE_AHEAD_S ? close_s - MAKE_AHEAD_S : close_s;
        at_s = at_s < now_s + 1 ? now_s + LOOK_SOON_S : at_s;
        *due_s = at_s < *due_s ? at_s : *due_s;
    }
    return DP_SUCCESS;
}
