/* SPDX-License-Identifier: MIT */
#include "app/service/roster/roster_change.h"

#include <string.h>

#include "app/core/mem.h"
#include "storage/organisation_record.h"
#include "storage/pending_move_record.h"
#include "storage/person_record.h"
#include "storage/roster_applied_record.h"
#include "storage/roster_version_record.h"
#include "storage/sequence_record.h"
#include "storage/team_record.h"

enum { WEEK_DAYS = 7, FIRST_GONE = 256, FIRST_GENERATION = 1 };

/** A missing record is an answer here, not an error. */
static dp_err found_or(dp_err err, bool *is_found)
{
    *is_found = err_is_ok(err);
    return err_is(err, DP_NOT_FOUND) ? DP_SUCCESS : err;
}

void roster_change_free(struct roster_change *change)
{
    mem_free(change->team_ids);
    mem_free(change->all_teams);
    mem_free(change->gone);
    secret_wipe(&change->link_key, sizeof change->link_key);
    change->team_ids = NULL;
    change->all_teams = NULL;
    change->gone = NULL;
    change->gone_count = 0;
    change->gone_capacity = 0;
}

/* ---- One person: stored, pending, wanted ---- */

/** How a person stands in the store. */
struct standing {
    bool is_known; /* a record is there */
    struct person person;
    bool has_move;
    struct person_move move;
};

static dp_err look_up(struct store_txn *txn, struct str external_id, struct standing *out)
{
    *out = (struct standing){ 0 };
    DP_TRY(
        found_or(person_record_by_external_id(txn, external_id, &out->person), &out->is_known));
    if (!out->is_known) {
        return DP_SUCCESS;
    }
    return found_or(pending_move_record_get(txn, out->person.id, &out->move), &out->has_move);
}

/* Here, or on the way in: as the newest roster so far has it. */
static bool is_on_roster(const struct standing *s)
{
    return s->has_move ? s->move.team.value != 0 : !s->person.is_gone;
}

static struct team_id team_on_roster(const struct standing *s)
{
    return s->has_move ? s->move.team : s->person.team;
}

static bool is_sitting_in(const struct person *person, struct team_id team)
{
    return !person->is_gone && person->team.value == team.value;
}

/* The record as the file wants it, team and presence apart. Text cells were checked to fit. */
static void fill_fields(const struct roster_change *change, const struct roster_row *row,
                        struct person *person)
{
    const bool *has = change->roster->has_column;
    DP_CHECK(str_copy(row->person, person->external_id, sizeof person->external_id));
    if (has[ROSTER_EMAIL]) {
        DP_CHECK(str_copy(row->email, person->email, sizeof person->email));
    }
    if (has[ROSTER_MANAGER]) {
        DP_CHECK(str_copy(row->manager, person->manager_external_id,
                          sizeof person->manager_external_id));
    }
    if (has[ROSTER_LANGUAGE]) {
        person->language = row->has_language ? row->language : change->language;
    }
    if (has[ROSTER_START]) {
        person->start_date = row->start;
    }
}

static bool has_same_fields(const struct person *a, const struct person *b)
{
    return strcmp(a->email, b->email) == 0 &&
           strcmp(a->manager_external_id, b->manager_external_id) == 0 &&
           a->language == b->language && date_equal(a->start_date, b->start_date);
}

static bool has_same_record(const struct person *a, const struct person *b)
{
    return has_same_fields(a, b) && a->team.value == b->team.value &&
           a->is_gone == b->is_gone && a->link_generation == b->link_generation;
}

/* ---- Looking ---- */

static dp_err look_at_row(struct store_txn *txn, struct roster_change *change,
                          const struct roster_row *row)
{
    struct roster_report *report = change->report;
    struct standing s;
    DP_TRY(look_up(txn, row->person, &s));
    if (!s.is_known || !is_on_roster(&s)) {
        report->people_new++;
        return DP_SUCCESS;
    }
    struct person wanted = s.person;
    fill_fields(change, row, &wanted);
    if (team_on_roster(&s).value != change->team_ids[row->team].value) {
        report->people_moved++;
    } else if (!has_same_fields(&wanted, &s.person)) {
        report->people_changed++;
    } else {
        report->people_same++;
    }
    return DP_SUCCESS;
}

/** The walk that finds who is stored but not in the file. */
struct gone_walk {
    struct store_txn *txn;
    struct roster_change *change;
    dp_err failed;
};

static dp_err remember_gone(struct roster_change *change, struct person_id id)
{
    if (change->gone_count == change->gone_capacity) {
        size_t capacity = change->gone_capacity == 0 ? FIRST_GONE : change->gone_capacity * 2;
        struct person_id *gone = mem_resize(change->gone, capacity, sizeof gone[0]);
        if (gone == NULL) {
            return err_make(DP_NO_MEMORY);
        }
        change->gone = gone;
        change->gone_capacity = capacity;
    }
    change->gone[change->gone_count++] = id;
    return DP_SUCCESS;
}

static bool look_at_person(const struct person *person, void *context)
{
    struct gone_walk *walk = context;
    uint32_t row = 0;
    if (name_index_find(&walk->change->roster->people, str_of(person->external_id), &row)) {
        return true;
    }
    struct standing s = { .is_known = true, .person = *person };
    walk->failed = found_or(pending_move_record_get(walk->txn, person->id, &s.move),
                            &s.has_move);
    if (err_is_ok(walk->failed) && is_on_roster(&s)) {
        walk->failed = remember_gone(walk->change, person->id);
    }
    return err_is_ok(walk->failed);
}

static dp_err look_for_gone(struct store_txn *txn, struct roster_change *change)
{
    struct gone_walk walk = { .txn = txn, .change = change };
    DP_TRY(person_record_each(txn, look_at_person, &walk));
    change->report->people_gone = change->gone_count;
    return walk.failed;
}

static bool count_team(const struct team *team, void *context)
{
    (void)team;
    size_t *count = context;
    (*count)++;
    return true;
}

/** Copies the stored teams; there is room for all that were counted. */
static bool copy_team(const struct team *team, void *context)
{
    struct roster_change *change = context;
    change->all_teams[change->all_teams_count++] = *team;
    change->has_root = change->has_root || team->id.value == TEAM_ROOT;
    return true;
}

static dp_err load_teams(struct store_txn *txn, struct roster_change *change)
{
    size_t stored = 0;
    size_t in_file = change->roster->teams_count;
    DP_TRY(team_record_each(txn, count_team, &stored));
    change->all_teams = mem_new(stored + in_file + 1, sizeof change->all_teams[0]);
    change->team_ids = mem_new(in_file, sizeof change->team_ids[0]);
    if (change->all_teams == NULL || change->team_ids == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    change->all_teams_count = 0;
    change->has_root = false;
    return team_record_each(txn, copy_team, change);
}

static struct team_id parent_of(const struct roster_change *change, size_t team)
{
    uint32_t parent = change->roster->teams[team].parent;
    return parent == ROSTER_NONE ? (struct team_id){ TEAM_ROOT } : change->team_ids[parent];
}

static dp_err look_at_teams(struct store_txn *txn, struct roster_change *change)
{
    const struct roster_file *roster = change->roster;
    struct roster_report *report = change->report;
    DP_TRY(load_teams(txn, change));
    for (size_t i = 0; i < roster->teams_count; i++) {
        char code[CODE_MAX];
        struct team team;
        bool is_known = false;
        roster_team_code(roster->teams[i].path, code);
        DP_TRY(found_or(team_record_by_code(txn, str_of(code), &team), &is_known));
        change->team_ids[i] = is_known ? team.id : (struct team_id){ 0 };
        report->teams_new += is_known ? 0 : 1;
    }
    for (size_t i = 0; i < roster->teams_count; i++) {
        const struct team *team = people_find_team(change->all_teams, change->all_teams_count,
                                                   change->team_ids[i]);
        bool has_moved = team != NULL && team->parent.value != parent_of(change, i).value;
        report->teams_moved += has_moved ? 1 : 0;
    }
    size_t root = change->has_root ? 0 : 1;
    bool is_full = change->all_teams_count + report->teams_new + root > TEAMS_MAX;
    return is_full ? err_make(DP_FULL) : DP_SUCCESS;
}

static dp_err look_at_office(struct store_txn *txn, struct roster_change *change)
{
    struct organisation organisation;
    struct roster_version version;
    struct date applied = { 0 };
    bool is_found = false;
    DP_TRY(found_or(organisation_record_get(txn, &organisation), &is_found));
    change->language = is_found ? organisation.language : LANGUAGE_EN;
    const char *name = is_found ? organisation.name : "*";
    memcpy(change->organisation_name, name, strlen(name) + 1);
    DP_TRY(found_or(roster_version_record_latest(txn, &version), &is_found));
    change->report->is_first = !is_found;
    struct date monday = date_monday(change->file->today);
    struct date next = date_add(monday, WEEK_DAYS);
    DP_TRY(found_or(roster_applied_record_get(txn, &applied), &is_found));
    if (is_found && !date_is_before(applied, next)) {
        next = date_add(applied, WEEK_DAYS);
    }
    change->report->effective = change->report->is_first ? monday : next;
    return DP_SUCCESS;
}

/* Counts start at 0 because a job may run twice; notes and problems are the file's own. */
static void clear_counts(struct roster_change *change)
{
    struct roster_report *report = change->report;
    roster_change_free(change);
    report->people = change->roster->rows_count;
    report->teams = change->roster->teams_count;
    report->people_new = 0;
    report->people_moved = 0;
    report->people_gone = 0;
    report->people_changed = 0;
    report->people_same = 0;
    report->teams_new = 0;
    report->teams_moved = 0;
}

dp_err roster_change_look(struct store_txn *txn, struct roster_change *change)
{
    struct roster_report *report = change->report;
    clear_counts(change);
    DP_TRY(look_at_office(txn, change));
    DP_TRY(look_at_teams(txn, change));
    for (size_t i = 0; i < change->roster->rows_count; i++) {
        DP_TRY(look_at_row(txn, change, &change->roster->rows[i]));
    }
    DP_TRY(look_for_gone(txn, change));
    size_t differences = report->people_new + report->people_moved + report->people_gone +
                         report->people_changed + report->teams_new + report->teams_moved;
    report->is_same = differences == 0 && !report->is_first;
    return DP_SUCCESS;
}

/* ---- Writing teams ---- */

static dp_err write_root(struct store_txn *txn, struct roster_change *change)
{
    if (change->has_root) {
        return DP_SUCCESS;
    }
    struct team root = { .id = { TEAM_ROOT }, .code = "*" };
    memcpy(root.name, change->organisation_name, sizeof root.name);
    memmove(change->all_teams + 1, change->all_teams,
            change->all_teams_count * sizeof change->all_teams[0]);
    change->all_teams[0] = root;
    change->all_teams_count++;
    change->has_root = true;
    return team_record_put(txn, &root);
}

static dp_err number_new_teams(struct store_txn *txn, struct roster_change *change)
{
    for (size_t i = 0; i < change->roster->teams_count; i++) {
        if (change->team_ids[i].value != 0) {
            continue;
        }
        uint64_t number = 0;
        DP_TRY(sequence_record_next(txn, SEQUENCE_TEAM, &number));
        change->team_ids[i].value = (uint32_t)number;
        change->all_teams[change->all_teams_count++] = (struct team){
            .id = change->team_ids[i]
        };
    }
    return DP_SUCCESS;
}

/* The stored team in our copy of the whole tree; new ones were put behind, so it is sorted. */
static struct team *team_of(const struct roster_change *change, struct team_id id)
{
    const struct team *found = people_find_team(change->all_teams, change->all_teams_count, id);
    DP_CHECK(found != NULL);
    return &change->all_teams[found - change->all_teams];
}

static dp_err write_team(struct store_txn *txn, const struct roster_change *change,
                         size_t index)
{
    const struct roster_team *wanted = &change->roster->teams[index];
    struct team *team = team_of(change, change->team_ids[index]);
    struct team_id parent = parent_of(change, index);
    bool is_new = team->code[0] == '\0';
    if (!is_new && team->parent.value == parent.value && !team->is_gone) {
        return DP_SUCCESS;
    }
    team->parent = parent;
    team->is_gone = false;
    if (is_new) {
        roster_team_code(wanted->path, team->code);
        DP_CHECK(str_copy(wanted->name, team->name, sizeof team->name));
    }
    return team_record_put(txn, team);
}

/* A team that is no longer in the file may hang below one that has moved down: if the chain is now
 * too long or broken it goes to the root, so that the tree stays one. */
static dp_err write_stray_teams(struct store_txn *txn, const struct roster_change *change)
{
    for (size_t i = 0; i < change->all_teams_count; i++) {
        struct team *team = &change->all_teams[i];
        if (people_depth(change->all_teams, change->all_teams_count, team->id) != SIZE_MAX) {
            continue;
        }
        team->parent.value = TEAM_ROOT;
        DP_TRY(team_record_put(txn, team));
    }
    return DP_SUCCESS;
}

static dp_err write_teams(struct store_txn *txn, struct roster_change *change)
{
    DP_TRY(write_root(txn, change));
    DP_TRY(number_new_teams(txn, change));
    for (size_t i = 0; i < change->roster->teams_count; i++) {
        DP_TRY(write_team(txn, change, i));
    }
    return write_stray_teams(txn, change);
}

/* ---- Writing people ---- */

static dp_err write_move(struct store_txn *txn, const struct roster_change *change,
                         struct person_id person, struct team_id team)
{
    const struct person_move move = { person, team, change->report->effective };
    return pending_move_record_put(txn, &move);
}

static dp_err write_new(struct store_txn *txn, const struct roster_change *change,
                        const struct roster_row *row)
{
    uint64_t number = 0;
    DP_TRY(sequence_record_next(txn, SEQUENCE_PERSON, &number));
    struct person person = { .id = { number },
                             .team = change->team_ids[row->team],
                             .language = change->language,
                             .link_generation = FIRST_GENERATION,
                             .is_gone = !change->report->is_first };
    fill_fields(change, row, &person);
    DP_TRY(person_record_put(txn, &person));
    DP_TRY(roster_link_put(txn, &change->link_key, &person));
    return person.is_gone ? write_move(txn, change, person.id, person.team) : DP_SUCCESS;
}

/* The membership of somebody known. A move that undoes a pending one just takes that away. */
static dp_err write_membership(struct store_txn *txn, const struct roster_change *change,
                               const struct standing *s, struct team_id team)
{
    if (is_sitting_in(&s->person, team) || change->report->is_first) {
        return s->has_move ? pending_move_record_delete(txn, s->person.id) : DP_SUCCESS;
    }
    if (s->has_move && s->move.team.value == team.value) {
        return DP_SUCCESS;
    }
    return write_move(txn, change, s->person.id, team);
}

static dp_err write_known(struct store_txn *txn, const struct roster_change *change,
                          const struct roster_row *row, const struct standing *s)
{
    struct team_id team = change->team_ids[row->team];
    struct person wanted = s->person;
    bool is_back = s->person.is_gone && !is_on_roster(s);
    fill_fields(change, row, &wanted);
    if (change->report->is_first) {
        wanted.team = team;
        wanted.is_gone = false;
    }
    if (is_back) {
        wanted.link_generation++;
    }
    if (!has_same_record(&wanted, &s->person)) {
        DP_TRY(person_record_put(txn, &wanted));
    }
    if (is_back) {
        DP_TRY(roster_link_put(txn, &change->link_key, &wanted));
    }
    return write_membership(txn, change, s, team);
}

static dp_err write_row(struct store_txn *txn, const struct roster_change *change,
                        const struct roster_row *row)
{
    struct standing s;
    DP_TRY(look_up(txn, row->person, &s));
    if (!s.is_known) {
        return write_new(txn, change, row);
    }
    return write_known(txn, change, row, &s);
}

/* Who never began is forgotten again at once; everybody else stays until the Monday. */
static dp_err write_gone(struct store_txn *txn, const struct roster_change *change,
                         struct person_id id)
{
    struct standing s = { .is_known = true };
    DP_TRY(person_record_get(txn, id, &s.person));
    DP_TRY(found_or(pending_move_record_get(txn, id, &s.move), &s.has_move));
    if (!s.person.is_gone && !change->report->is_first) {
        return write_move(txn, change, id, (struct team_id){ 0 });
    }
    if (s.has_move) {
        DP_TRY(pending_move_record_delete(txn, id));
    }
    DP_TRY(roster_link_delete(txn, &change->link_key, &s.person));
    s.person.is_gone = true;
    return person_record_put(txn, &s.person);
}

static dp_err write_people(struct store_txn *txn, struct roster_change *change)
{
    DP_TRY(roster_link_key(txn, &change->link_key));
    for (size_t i = 0; i < change->roster->rows_count; i++) {
        DP_TRY(write_row(txn, change, &change->roster->rows[i]));
    }
    for (size_t i = 0; i < change->gone_count; i++) {
        DP_TRY(write_gone(txn, change, change->gone[i]));
    }
    return DP_SUCCESS;
}

/* ---- Writing what was done ---- */

static dp_err write_notes(struct store_txn *txn, const struct roster_change *change)
{
    const struct roster_report *report = change->report;
    struct import_id id = { 0 };
    const struct roster_version version = {
        .effective = report->effective,
        .imported_s = clock_wall_s(change->clock),
        .hash = change->hash,
        .rows = (uint32_t)change->roster->rows_count,
    };
    char name[NAME_MAX_BYTES];
    char effective[DATE_TEXT_MAX];
    DP_TRY(roster_version_record_put(txn, &version));
    const struct import_done done = { IMPORT_ROSTER, &change->hash,
                                      change->roster->rows_count };
    DP_TRY(import_note(txn, change->file, &done, &id));
    import_base_name(change->file->name, name);
    date_text(report->effective, effective);
    return import_audit(txn, change->clock, change->file->actor, "roster.import",
                        "%s: %zu people; %zu new, %zu moved, %zu gone, %zu changed; from %s",
                        name, report->people, report->people_new, report->people_moved,
                        report->people_gone, report->people_changed, effective);
}

dp_err roster_change_write(struct store_txn *txn, struct roster_change *change)
{
    DP_TRY(write_teams(txn, change));
    DP_TRY(write_people(txn, change));
    return write_notes(txn, change);
}
