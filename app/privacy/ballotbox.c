/* SPDX-License-Identifier: MIT */
#include "app/privacy/ballotbox.h"

#include <pthread.h>
#include <string.h>

#include "app/core/file.h"
#include "app/core/mem.h"
#include "app/core/random.h"
#include "app/privacy/ballot.h"
#include "app/privacy/forming.h"
#include "app/privacy/keyfile.h"
#include "storage/box.h"
#include "storage/dated.h"

enum { DAY_SECONDS = 86400 };

_Static_assert((int)BALLOT_BYTES == (int)BOX_BALLOT_BYTES, "one size of ballots");
_Static_assert((int)BALLOT_KEY_BYTES == (int)BOX_KEY_BYTES, "one size of keys");

/* An open box. It leaves when it has been seen closed and its last user is done. */
struct openbox {
    struct openbox *next;
    struct box *box;
    struct secret_key *day_key; /* in locked memory */
    struct unit *units;         /* by id */
    size_t units_count;
    uint32_t users;
    bool is_leaving;
};

struct ballotboxes {
    pthread_mutex_t lock;
    struct openbox *first;
    struct folder folder; /* its paths; the lock is somebody else's */
    struct clock clock;
};

/* ---- Opening and closing ---- */

static void openbox_free(struct openbox *open)
{
    if (open == NULL) {
        return;
    }
    keyfile_free_key(open->day_key);
    box_close(open->box);
    mem_free(open->units);
    mem_free(open);
}

static bool take_unit(const struct unit *unit, void *context)
{
    struct openbox *open = context;
    if (open->units_count == box_head(open->box)->units_count) {
        return false;
    }
    open->units[open->units_count] = *unit;
    open->units_count++;
    return true;
}

/* A box without K_day is one that flush is just destroying. */
static dp_err openbox_fill(const struct ballotboxes *boxes, struct epoch_id epoch,
                           struct openbox *open)
{
    struct dp_problem problem = { 0 };
    bool is_closed = false;
    DP_TRY(box_open(boxes->folder.box, epoch, &problem, &open->box));
    DP_TRY(box_is_closed(open->box, &is_closed));
    if (is_closed) {
        return err_make(DP_CLOSED);
    }
    open->day_key = keyfile_new_key();
    open->units = mem_new((size_t)box_head(open->box)->units_count + 1, sizeof *open->units);
    if (open->day_key == NULL || open->units == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    dp_err err = keyfile_read_day(&boxes->folder, epoch, open->day_key);
    if (err_is(err, DP_NOT_FOUND)) {
        return err_make(DP_CLOSED);
    }
    DP_TRY(err);
    return box_each_unit(open->box, take_unit, open);
}

static dp_err openbox_new(struct ballotboxes *boxes, struct epoch_id epoch,
                          struct openbox **out)
{
    struct openbox *open = mem_new(1, sizeof *open);
    if (open == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    dp_err err = openbox_fill(boxes, epoch, open);
    if (!err_is_ok(err)) {
        openbox_free(open);
        return err;
    }
    open->next = boxes->first;
    boxes->first = open;
    *out = open;
    return DP_SUCCESS;
}

static dp_err acquire(struct ballotboxes *boxes, struct epoch_id epoch, struct openbox **out)
{
    dp_err err = DP_SUCCESS;
    pthread_mutex_lock(&boxes->lock);
    struct openbox *open = boxes->first;
    while (open != NULL &&
           (open->is_leaving || !date_equal(box_head(open->box)->epoch.date, epoch.date))) {
        open = open->next;
    }
    if (open == NULL) {
        err = openbox_new(boxes, epoch, &open);
    }
    if (err_is_ok(err)) {
        open->users++;
        *out = open;
    }
    pthread_mutex_unlock(&boxes->lock);
    return err;
}

static void release(struct ballotboxes *boxes, struct openbox *open, bool is_leaving)
{
    struct openbox *gone = NULL;
    pthread_mutex_lock(&boxes->lock);
    open->users--;
    open->is_leaving = open->is_leaving || is_leaving;
    if (open->is_leaving && open->users == 0) {
        struct openbox **at = &boxes->first;
        while (*at != open) {
            at = &(*at)->next;
        }
        *at = open->next;
        gone = open;
    }
    pthread_mutex_unlock(&boxes->lock);
    openbox_free(gone);
}

dp_err ballotboxes_open(const struct folder *folder, const struct clock *clock,
                        struct ballotboxes **out)
{
    *out = NULL;
    struct ballotboxes *boxes = mem_new(1, sizeof *boxes);
    if (boxes == NULL || pthread_mutex_init(&boxes->lock, NULL) != 0) {
        mem_free(boxes);
        return err_make(DP_NO_MEMORY);
    }
    boxes->folder = *folder;
    boxes->folder.lock_fd = -1;
    boxes->clock = *clock;
    *out = boxes;
    return DP_SUCCESS;
}

void ballotboxes_close(struct ballotboxes *boxes)
{
    if (boxes == NULL) {
        return;
    }
    struct openbox *open = boxes->first;
    while (open != NULL) {
        struct openbox *next = open->next;
        DP_CHECK(open->users == 0);
        openbox_free(open);
        open = next;
    }
    pthread_mutex_destroy(&boxes->lock);
    mem_free(boxes);
}

/* ---- Noticing the evening ---- */

/* An error in looking counts as closed: the next request opens the box again, or fails to. */
static bool is_over(const struct ballotboxes *boxes, const struct openbox *open)
{
    char path[FILE_PATH_MAX];
    bool is_closed = true;
    dp_err err = dated_path(path, boxes->folder.box, "", box_head(open->box)->epoch.date);
    if (!err_is_ok(err) || !file_exists(path)) {
        return true;
    }
    return !err_is_ok(box_is_closed(open->box, &is_closed)) || is_closed;
}

/* The first box that has not been looked at, held for a look. */
static struct openbox *next_to_look_at(struct ballotboxes *boxes, struct date after)
{
    struct openbox *found = NULL;
    pthread_mutex_lock(&boxes->lock);
    for (struct openbox *open = boxes->first; open != NULL; open = open->next) {
        struct date date = box_head(open->box)->epoch.date;
        bool is_next = !open->is_leaving && date_is_before(after, date);
        if (is_next &&
            (found == NULL || date_is_before(date, box_head(found->box)->epoch.date))) {
            found = open;
        }
    }
    if (found != NULL) {
        found->users++;
    }
    pthread_mutex_unlock(&boxes->lock);
    return found;
}

void ballotboxes_tick(struct ballotboxes *boxes)
{
    struct date after = { -1 };
    for (;;) {
        struct openbox *open = next_to_look_at(boxes, after);
        if (open == NULL) {
            return;
        }
        after = box_head(open->box)->epoch.date;
        release(boxes, open, is_over(boxes, open));
    }
}

/* ---- The plan ---- */

static const struct unit *find_unit(const struct openbox *open, struct unit_id id)
{
    size_t low = 0;
    size_t high = open->units_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (open->units[middle].id.value < id.value) {
            low = middle + 1;
            continue;
        }
        high = middle;
    }
    bool is_there = low < open->units_count && open->units[low].id.value == id.value;
    return is_there ? &open->units[low] : NULL;
}

static enum ballotbox_state state_at(const struct box_head *head, int64_t now_s)
{
    if (now_s < head->open_s) {
        return BALLOTBOX_EARLY;
    }
    return now_s < head->close_s ? BALLOTBOX_OPEN : BALLOTBOX_CLOSED;
}

static void describe_unit(const struct openbox *open, const struct unit *unit,
                          struct ballotbox_plan *out)
{
    const struct box_head *head = box_head(open->box);
    out->unit = unit->id;
    memcpy(out->unit_name, unit->name, sizeof out->unit_name);
    out->headcount = unit->headcount;
    out->is_weekly = unit->cadence == UNIT_WEEKLY;
    out->is_ever_shown = unit->headcount >= head->min_people;
    struct unit_id place = forming_place_of(unit, head->is_anchor).unit;
    const struct unit *counted = find_unit(open, place);
    out->is_shown_today = out->is_ever_shown && counted != NULL;
    if (counted != NULL) {
        memcpy(out->place_name, counted->name, sizeof out->place_name);
        out->place_headcount = counted->headcount;
    }
}

static dp_err describe(const struct ballotboxes *boxes, struct openbox *open,
                       struct person_id person, struct ballotbox_plan *out)
{
    const struct box_head *head = box_head(open->box);
    *out = (struct ballotbox_plan){
        .epoch = head->epoch,
        .state = state_at(head, clock_wall_s(&boxes->clock)),
        .open_s = head->open_s,
        .close_s = head->close_s,
        .question = head->question,
        .question_version = head->question_version,
        .is_anchor = head->is_anchor,
        .min_people = head->min_people,
    };
    struct unit_id id = { 0 };
    dp_err err = box_find_person(open->box, person, &id);
    if (err_is(err, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(err);
    out->is_in_plan = true;
    const struct unit *unit = find_unit(open, id);
    if (unit != NULL) {
        describe_unit(open, unit, out);
    }
    return DP_SUCCESS;
}

dp_err ballotbox_plan_of(struct ballotboxes *boxes, struct epoch_id epoch,
                         struct person_id person, struct ballotbox_plan *out)
{
    struct openbox *open = NULL;
    DP_TRY(acquire(boxes, epoch, &open));
    dp_err err = describe(boxes, open, person, out);
    release(boxes, open, false);
    return err;
}

/* ---- An answer ---- */

static struct secret_hash marker_of(const struct secret_key *day_key, struct person_id person)
{
    uint8_t id[8];
    for (size_t i = 0; i < sizeof id; i++) {
        id[i] = (uint8_t)(person.value >> 8 * (sizeof id - 1 - i));
    }
    struct bytes part = bytes_of(id, sizeof id);
    return secret_hmac(day_key, &part, 1);
}

static dp_err make_entry(struct openbox *open, struct person_id person, enum answer answer,
                         struct box_entry *entry)
{
    const struct box_head *head = box_head(open->box);
    struct ballot ballot = {
        .epoch = head->epoch,
        .question = head->question,
        .question_version = head->question_version,
        .answer = answer,
    };
    DP_TRY(box_find_person(open->box, person, &ballot.unit));
    ballot.cell_unit = forming_place_of(find_unit(open, ballot.unit), head->is_anchor).unit;
    struct secret_hash marker = marker_of(open->day_key, person);
    memcpy(entry->marker, marker.bytes, sizeof entry->marker);
    random_secret(entry->slot, sizeof entry->slot);
    dp_err err = ballot_seal(&ballot, head->public_key, entry->ballot);
    secret_wipe(&ballot, sizeof ballot);
    return err;
}

/* `*is_over` tells a box that flush has closed from one whose time is up. */
static dp_err submit(const struct ballotboxes *boxes, struct openbox *open,
                     struct person_id person, enum answer answer, bool *is_over)
{
    enum ballotbox_state state = state_at(box_head(open->box), clock_wall_s(&boxes->clock));
    if (state != BALLOTBOX_OPEN) {
        return err_make(state == BALLOTBOX_EARLY ? DP_CONFLICT : DP_CLOSED);
    }
    struct box_entry entry;
    dp_err err = make_entry(open, person, answer, &entry);
    if (err_is_ok(err)) {
        err = box_put(open->box, &entry);
        *is_over = err_is(err, DP_CLOSED);
    }
    secret_wipe(&entry, sizeof entry);
    return err;
}

/* Without a box: today's is flushed already, or the form is of another day. Dates of other zones
 * lie at most a day apart. */
static enum dp_code code_without_box(const struct ballotboxes *boxes, struct epoch_id epoch)
{
    int64_t today = clock_wall_s(&boxes->clock) / DAY_SECONDS;
    int64_t distance = today - epoch.date.days;
    return distance >= -1 && distance <= 1 ? DP_CLOSED : DP_CONFLICT;
}

dp_err ballotbox_submit(struct ballotboxes *boxes, struct epoch_id epoch,
                        struct person_id person, enum answer answer)
{
    struct openbox *open = NULL;
    dp_err err = acquire(boxes, epoch, &open);
    if (err_is(err, DP_NOT_FOUND)) {
        return err_make(code_without_box(boxes, epoch));
    }
    DP_TRY(err);
    bool is_leaving = false;
    err = submit(boxes, open, person, answer, &is_leaving);
    release(boxes, open, is_leaving);
    return err;
}
