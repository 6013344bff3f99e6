/* SPDX-License-Identifier: MIT */
#include "app/service/roster/roster.h"

#include "app/core/mem.h"
#include "app/service/roster/roster_change.h"
#include "storage/pending_move_record.h"
#include "storage/person_record.h"
#include "storage/roster_applied_record.h"
#include "storage/team_record.h"

/* ---- Import ---- */

static dp_err look_and_write(struct store_txn *txn, void *context)
{
    struct roster_change *change = context;
    DP_TRY(roster_change_look(txn, change));
    return change->report->is_same ? DP_SUCCESS : roster_change_write(txn, change);
}

static dp_err look_only(struct store *office, struct roster_change *change)
{
    struct store_txn *txn STORE_READ_AUTO = NULL;
    DP_TRY(store_read(office, &txn));
    return roster_change_look(txn, change);
}

dp_err roster_import(struct store *office, const struct clock *clock,
                     const struct import_file *file, struct roster_report *report,
                     struct dp_problem *problem)
{
    struct roster_file roster ROSTER_FILE_AUTO = { 0 };
    const struct bytes content = bytes_of(file->bytes.ptr, file->bytes.len);
    *report = (struct roster_report){ .is_dry_run = file->is_dry_run };
    DP_TRY(roster_file_read(&roster, file, report, problem));
    struct roster_change change = { .roster = &roster,
                                    .file = file,
                                    .clock = clock,
                                    .hash = secret_sha256(&content, 1),
                                    .report = report };
    dp_err err = file->is_dry_run ? look_only(office, &change)
                                  : store_write(office, look_and_write, &change);
    roster_change_free(&change);
    return err;
}

/* ---- Monday ---- */

/** The moves that act, and how many people sit in each team after them. */
struct due_job {
    const struct clock *clock;
    struct date monday;
    struct person_move *moves; /* owned */
    size_t moves_count;
    size_t moves_capacity;
    struct team *teams; /* owned, by id */
    size_t teams_count;
    bool *is_lived_in; /* owned, beside the teams */
    dp_err failed;
};

static bool take_due(const struct person_move *move, void *context)
{
    struct due_job *job = context;
    if (date_is_before(job->monday, move->effective)) {
        return true;
    }
    if (job->moves_count == job->moves_capacity) {
        size_t capacity = job->moves_capacity == 0 ? 64 : job->moves_capacity * 2;
        struct person_move *moves = mem_resize(job->moves, capacity, sizeof moves[0]);
        if (moves == NULL) {
            job->failed = err_make(DP_NO_MEMORY);
            return false;
        }
        job->moves = moves;
        job->moves_capacity = capacity;
    }
    job->moves[job->moves_count++] = *move;
    return true;
}

static bool count_team(const struct team *team, void *context)
{
    (void)team;
    struct due_job *job = context;
    job->teams_count++;
    return true;
}

static bool copy_team(const struct team *team, void *context)
{
    struct due_job *job = context;
    job->teams[job->teams_count++] = *team;
    return true;
}

static void free_job(struct due_job *job)
{
    mem_free(job->moves);
    mem_free(job->teams);
    mem_free(job->is_lived_in);
    job->moves = NULL;
    job->teams = NULL;
    job->is_lived_in = NULL;
    job->moves_count = 0;
    job->moves_capacity = 0;
    job->teams_count = 0;
    job->failed = DP_SUCCESS;
}

/* Everything that needs memory, before anything is written. */
static dp_err gather(struct store_txn *txn, struct due_job *job)
{
    DP_TRY(pending_move_record_each(txn, take_due, job));
    DP_TRY(job->failed);
    DP_TRY(team_record_each(txn, count_team, job));
    size_t count = job->teams_count;
    job->teams = mem_new(count + 1, sizeof job->teams[0]);
    job->is_lived_in = mem_new(count + 1, sizeof job->is_lived_in[0]);
    if (job->teams == NULL || job->is_lived_in == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    job->teams_count = 0;
    return team_record_each(txn, copy_team, job);
}

static dp_err apply_move(struct store_txn *txn, const struct secret_key *link_key,
                         const struct person_move *move)
{
    struct person person;
    dp_err known = person_record_get(txn, move->person, &person);
    if (err_is(known, DP_NOT_FOUND)) { /* a move of nobody must not stop those of others */
        return pending_move_record_delete(txn, move->person);
    }
    DP_TRY(known);
    person.is_gone = move->team.value == 0;
    if (person.is_gone) {
        DP_TRY(roster_link_delete(txn, link_key, &person));
    } else {
        person.team = move->team;
    }
    DP_TRY(person_record_put(txn, &person));
    return pending_move_record_delete(txn, move->person);
}

/* Marks the team and all above it; one that is marked has its own above it marked too. */
static bool mark_team(const struct person *person, void *context)
{
    struct due_job *job = context;
    struct team_id id = person->team;
    for (size_t step = 0; !person->is_gone && step <= TEAM_DEPTH_MAX; step++) {
        const struct team *team = people_find_team(job->teams, job->teams_count, id);
        if (team == NULL || job->is_lived_in[team - job->teams]) {
            return true;
        }
        job->is_lived_in[team - job->teams] = true;
        id = team->parent;
    }
    return true;
}

/* A team is gone when nobody sits in it or beneath it. */
static dp_err renew_team(struct store_txn *txn, struct team *team, bool is_lived_in)
{
    bool is_gone = !is_lived_in && team->id.value != TEAM_ROOT;
    if (team->is_gone == is_gone) {
        return DP_SUCCESS;
    }
    team->is_gone = is_gone;
    return team_record_put(txn, team);
}

static dp_err renew_teams(struct store_txn *txn, struct due_job *job)
{
    DP_TRY(person_record_each(txn, mark_team, job));
    for (size_t i = 0; i < job->teams_count; i++) {
        DP_TRY(renew_team(txn, &job->teams[i], job->is_lived_in[i]));
    }
    return DP_SUCCESS;
}

static dp_err write_due(struct store_txn *txn, struct due_job *job)
{
    struct secret_key link_key;
    char monday[DATE_TEXT_MAX];
    DP_TRY(roster_link_key(txn, &link_key));
    for (size_t i = 0; i < job->moves_count; i++) {
        DP_TRY(apply_move(txn, &link_key, &job->moves[i]));
    }
    secret_wipe(&link_key, sizeof link_key);
    DP_TRY(renew_teams(txn, job));
    date_text(job->monday, monday);
    return import_audit(txn, job->clock, "system", "roster.apply",
                        "%zu people joined, moved or left from %s on", job->moves_count,
                        monday);
}

static dp_err apply_due(struct store_txn *txn, void *context)
{
    struct due_job *job = context;
    struct date applied = { 0 };
    free_job(job);
    dp_err known = roster_applied_record_get(txn, &applied);
    if (!err_is_ok(known) && !err_is(known, DP_NOT_FOUND)) {
        return known;
    }
    if (err_is_ok(known) && !date_is_before(applied, job->monday)) {
        return DP_SUCCESS;
    }
    DP_TRY(gather(txn, job));
    DP_TRY(roster_applied_record_put(txn, job->monday));
    return job->moves_count == 0 ? DP_SUCCESS : write_due(txn, job);
}

dp_err roster_apply_due(struct store *office, const struct clock *clock, struct date date,
                        size_t *applied)
{
    struct due_job job = { .clock = clock, .monday = date_monday(date) };
    dp_err err = store_write(office, apply_due, &job);
    if (applied != NULL) {
        *applied = err_is_ok(err) ? job.moves_count : 0;
    }
    free_job(&job);
    return err;
}
