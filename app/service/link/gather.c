/* SPDX-License-Identifier: MIT */
#include "app/service/link/gather.h"

#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/settled.h"
#include "app/service/series/series.h"
#include "app/survey/people.h"
#include "storage/outcome_record.h"
#include "storage/team_record.h"

enum { OUTCOME_N_MIN = 5, PANEL_TEAMS = PANELSCAN_TEAMS_MIN };

/* A team that has outcomes, and the row that it is shown in. */
struct gather_team {
    struct team_id id;
    uint32_t group;
    size_t row;
    bool is_holder; /* another one of them is below it */
};

/* What the walks over the outcomes need. Row 0 is the whole organisation while `is_whole`. */
struct filling {
    struct gathered *to;
    enum period_kind kind;
    bool is_whole;
    struct gather_team *teams; /* ascending */
    size_t team_count;
    struct date end; /* the last day that an outcome tells of */
};

void gather_free(struct gathered *gathered)
{
    mem_free(gathered->engagement);
    mem_free(gathered->raw);
    mem_free(gathered->outcome);
    mem_free(gathered->answers);
    mem_free(gathered->weight);
    mem_free(gathered->teams);
    *gathered = (struct gathered){ 0 };
}

static int months_between(struct date from, struct date to)
{
    struct date_parts a = date_parts_of(from);
    struct date_parts b = date_parts_of(to);
    return (b.year - a.year) * 12 + b.month - a.month;
}

static int32_t days_of_unit(enum lag_unit unit)
{
    return unit == LAG_UNIT_FORTNIGHT ? 14 : 7;
}

bool gather_period(const struct gathered *gathered, struct date date, size_t *period)
{
    int32_t days = date.days - gathered->first.days;
    int32_t at = gathered->unit == LAG_UNIT_MONTH ? months_between(gathered->first, date)
                                                  : days / days_of_unit(gathered->unit);
    *period = (size_t)at;
    return days >= 0 && *period < gathered->periods;
}

struct date gather_start(const struct gathered *gathered, size_t t)
{
    if (gathered->unit != LAG_UNIT_MONTH) {
        return date_add(gathered->first, (int32_t)t * days_of_unit(gathered->unit));
    }
    struct date month = gathered->first;
    for (size_t i = 0; i < t; i++) {
        month = date_next_month(month);
    }
    return month;
}

static bool is_counted(const struct outcome *outcome, const struct filling *filling)
{
    bool is_monthly = outcome->period_kind == PERIOD_MONTH;
    bool is_wanted_unit = is_monthly == (filling->kind == PERIOD_MONTH);
    bool is_wanted_team = (outcome->team.value == TEAM_ROOT) == filling->is_whole;
    bool has_enough = !outcome->has_n || outcome->n >= OUTCOME_N_MIN;
    return is_wanted_unit && is_wanted_team && has_enough;
}

/* The team's place, or where it would stand. */
static size_t place_of(const struct filling *filling, struct team_id team)
{
    size_t low = 0;
    size_t high = filling->team_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (filling->teams[middle].id.value < team.value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_known_at(const struct filling *filling, size_t place, struct team_id team)
{
    return place < filling->team_count && filling->teams[place].id.value == team.value;
}

static bool find_row(const struct filling *filling, struct team_id team, size_t *row)
{
    *row = 0;
    if (filling->is_whole) {
        return true;
    }
    size_t place = place_of(filling, team);
    if (!is_known_at(filling, place, team) || filling->teams[place].group == 0) {
        return false;
    }
    *row = filling->teams[place].row;
    return true;
}

/* Adds value times weight; divide() makes means of the sums. */
static bool add_outcome(const struct outcome *outcome, void *context)
{
    struct filling *filling = context;
    struct gathered *to = filling->to;
    size_t period = 0;
    size_t row = 0;
    if (!is_counted(outcome, filling) || !gather_period(to, outcome->period_start, &period) ||
        !find_row(filling, outcome->team, &row)) {
        return true;
    }
    size_t at = row * to->periods + period;
    double weight = outcome->has_n ? (double)outcome->n : 1.0;
    to->has_sizes = to->has_sizes && outcome->has_n;
    to->outcome[at] += outcome->value * weight;
    to->weight[at] += weight;
    to->last = (int32_t)period > to->last ? (int32_t)period : to->last;
    struct date end = date_add(outcome->period_start, outcome->period_kind == PERIOD_DAY ? 0 : 6);
    filling->end = date_is_before(filling->end, end) ? end : filling->end;
    return true;
}

static void divide(double *sums, const double *weights, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sums[i] = weights[i] > 0.0 ? sums[i] / weights[i] : NUMBER_NONE;
    }
}

/* ---- The index ----------------------------------------------------------------------------------- */

/* A week belongs to the month of its Thursday. */
static void add_index_row(const struct series_point *points, size_t weeks, size_t row,
                          struct gathered *to)
{
    for (size_t i = 0; i < weeks; i++) {
        size_t period = 0;
        if (!points[i].is_shown ||
            !gather_period(to, date_add(points[i].start, 3), &period)) {
            continue;
        }
        size_t at = row * to->periods + period;
        to->engagement[at] += points[i].mean * (double)points[i].n;
        to->answers[at] += (double)points[i].n;
    }
}

static dp_err add_index(const struct gather_source *source, const struct team_id *teams,
                        struct gathered *to)
{
    const struct appliance *appliance = source->context;
    MEM_AUTO struct series_point *points = mem_new(source->periods, sizeof *points);
    if (points == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    RELEASED_AUTO struct released *cells = NULL;
    DP_TRY(released_open(appliance->office, appliance->results, &cells));
    for (size_t row = 0; row < to->rows; row++) {
        struct series_wanted wanted = { teams[row], source->first_monday, source->periods };
        DP_TRY(series_index_of(cells, &wanted, points));
        add_index_row(points, source->periods, row, to);
    }
    return DP_SUCCESS;
}

/* A week that is not over, or lacks a day that is not counted yet, would change under the verdict's
 * feet. */
dp_err gather_index(const struct appliance *appliance, struct gather_source *out)
{
    *out = (struct gather_source){ .unit = LAG_UNIT_WEEK, .add = add_index, .context = appliance };
    struct date until;
    DP_TRY(settled_until(&appliance->folder, appliance_today(appliance), &until));
    DP_TRY(series_extent(appliance, &out->first_monday, &out->periods));
    int32_t over = (until.days - out->first_monday.days) / 7;
    if (out->periods > 0 && over < (int32_t)out->periods) {
        out->periods = over < 0 ? 0 : (size_t)over;
    }
    return DP_SUCCESS;
}

/* ---- Teams and rows ------------------------------------------------------------------------------ */

static bool note_team(const struct outcome *outcome, void *context)
{
    struct filling *filling = context;
    bool is_monthly = outcome->period_kind == PERIOD_MONTH;
    if (outcome->team.value == TEAM_ROOT || is_monthly != (filling->kind == PERIOD_MONTH)) {
        return true;
    }
    size_t at = place_of(filling, outcome->team);
    if (is_known_at(filling, at, outcome->team) || filling->team_count == LINK_TEAMS_MAX) {
        return true;
    }
    struct gather_team *teams = filling->teams;
    memmove(teams + at + 1, teams + at, (filling->team_count - at) * sizeof *teams);
    teams[at] = (struct gather_team){ .id = outcome->team };
    filling->team_count++;
    return true;
}

/* Gives each team its row; `read` gets the team to ask for each row. */
static size_t make_rows(const struct gather_source *source, struct filling *filling,
                        struct team_id *read)
{
    if (filling->is_whole) {
        read[0] = (struct team_id){ TEAM_ROOT };
        return 1;
    }
    size_t rows = 0;
    for (size_t i = 0; i < filling->team_count; i++) {
        struct gather_team *team = &filling->teams[i];
        team->group = source->group_of == NULL ? team->id.value
                                               : source->group_of(source, team->id);
        team->row = rows;
        for (size_t j = 0; j < i && source->group_of != NULL; j++) {
            team->row = filling->teams[j].group == team->group ? filling->teams[j].row : team->row;
        }
        if (team->group != 0 && team->row == rows) {
            read[rows++] = team->id;
        }
    }
    return rows;
}

static dp_err mark_holders_of(struct store_txn *txn, struct filling *filling, struct team_id id)
{
    struct team team;
    for (int depth = 0; depth < TEAM_DEPTH_MAX; depth++) {
        dp_err found = team_record_get(txn, id, &team);
        if (err_is(found, DP_NOT_FOUND) || (err_is_ok(found) && id.value == TEAM_ROOT)) {
            return DP_SUCCESS;
        }
        DP_TRY(found);
        id = team.parent;
        size_t place = place_of(filling, id);
        if (is_known_at(filling, place, id)) {
            filling->teams[place].is_holder = true;
        }
    }
    return DP_SUCCESS;
}

/* A department that has values and whose teams have them, too, would count its people twice. */
static dp_err leave_out_holders(struct store_txn *txn, struct filling *filling)
{
    size_t kept = 0;
    for (size_t i = 0; i < filling->team_count; i++) {
        DP_TRY(mark_holders_of(txn, filling, filling->teams[i].id));
    }
    for (size_t i = 0; i < filling->team_count; i++) {
        if (!filling->teams[i].is_holder) {
            filling->teams[kept++] = filling->teams[i];
        }
    }
    filling->team_count = kept;
    return DP_SUCCESS;
}

static dp_err list_teams(const struct appliance *appliance, const struct link_pair *pair,
                         struct filling *filling)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(outcome_record_each_of(txn, str_of(pair->metric.code), str_of(pair->source), note_team,
                                  filling));
    return leave_out_holders(txn, filling);
}

static dp_err add_outcomes(const struct appliance *appliance, const struct link_pair *pair,
                           struct filling *filling)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    return outcome_record_each_of(txn, str_of(pair->metric.code), str_of(pair->source),
                                  add_outcome, filling);
}

/* Outcomes that stop before the Friday of their last period are still on their way; taken now, the
 * period would change under the verdict's feet. */
static void leave_out_unfinished_period(const struct filling *filling)
{
    struct gathered *to = filling->to;
    if (to->unit == LAG_UNIT_MONTH || to->last < 0) {
        return;
    }
    struct date friday = date_add(gather_start(to, (size_t)to->last), days_of_unit(to->unit) - 3);
    if (date_is_before(filling->end, friday)) {
        gather_cut(to, to->last - 1);
    }
}

/* ---- All together -------------------------------------------------------------------------------- */

static dp_err make_room(struct gathered *out, bool has_raw)
{
    size_t cells = out->rows * out->periods;
    out->engagement = mem_new(cells, sizeof(double));
    out->raw = has_raw ? mem_new(cells, sizeof(double)) : NULL;
    out->outcome = mem_new(cells, sizeof(double));
    out->answers = mem_new(cells, sizeof(double));
    out->weight = mem_new(cells, sizeof(double));
    bool has_all = out->engagement != NULL && (out->raw != NULL || !has_raw) &&
                   out->outcome != NULL && out->answers != NULL && out->weight != NULL;
    return err_make(has_all ? DP_OK : DP_NO_MEMORY);
}

/* A month that is not over would change under the verdict's feet, as a week would. */
static void set_axis(const struct gather_source *source, bool is_monthly, struct gathered *out)
{
    out->unit = source->unit;
    out->first = source->first_monday;
    out->periods = source->periods;
    if (is_monthly) {
        int32_t days = (int32_t)source->periods * days_of_unit(source->unit);
        struct date next_thursday = date_add(source->first_monday, days + 3);
        out->unit = LAG_UNIT_MONTH;
        out->first = date_month_start(date_add(source->first_monday, 3));
        out->periods = (size_t)months_between(out->first, next_thursday);
    }
}

/* One or two teams make one pair: their weighted mean, in row 0. */
static void join_rows(struct gathered *gathered)
{
    for (size_t t = 0; t < gathered->periods; t++) {
        double sums[5] = { 0, 0, 0, 0, 0 };
        for (size_t row = 0; row < gathered->rows; row++) {
            size_t at = row * gathered->periods + t;
            bool has_both = number_is_known(gathered->outcome[at]) &&
                            number_is_known(gathered->engagement[at]);
            if (has_both) {
                sums[0] += gathered->engagement[at] * gathered->answers[at];
                sums[1] += gathered->answers[at];
                sums[2] += gathered->outcome[at] * gathered->weight[at];
                sums[3] += gathered->weight[at];
                sums[4] += gathered->raw == NULL ? 0.0 : gathered->raw[at] * gathered->answers[at];
            }
        }
        gathered->engagement[t] = sums[0];
        gathered->answers[t] = sums[1];
        gathered->outcome[t] = sums[2];
        gathered->weight[t] = sums[3];
        if (gathered->raw != NULL) {
            gathered->raw[t] = sums[4];
        }
    }
    gathered->rows = 1;
    divide(gathered->engagement, gathered->answers, gathered->periods);
    divide(gathered->outcome, gathered->weight, gathered->periods);
    if (gathered->raw != NULL) {
        divide(gathered->raw, gathered->answers, gathered->periods);
    }
}

/* Which teams speak, told before one or two of them are joined. */
static dp_err note_heard(const struct filling *filling)
{
    struct gathered *to = filling->to;
    to->teams = mem_new(filling->team_count + 1, sizeof *to->teams);
    if (to->teams == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < filling->team_count; i++) {
        const struct gather_team *team = &filling->teams[i];
        struct gathered_team *out = &to->teams[to->team_count++];
        *out = (struct gathered_team){ .id = team->id, .row = team->row };
        for (size_t t = 0; t < to->periods && team->group != 0 && !out->is_heard; t++) {
            size_t at = team->row * to->periods + t;
            out->is_heard = number_is_known(to->engagement[at]) &&
                            number_is_known(to->outcome[at]);
        }
    }
    return DP_SUCCESS;
}

static dp_err fill(const struct appliance *appliance, const struct link_pair *pair,
                   const struct gather_source *source, struct filling *filling)
{
    struct gathered *to = filling->to;
    MEM_AUTO struct team_id *read = mem_new(filling->team_count + 1, sizeof *read);
    if (read == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    size_t rows = make_rows(source, filling, read);
    to->rows = rows > 0 ? rows : 1; /* a row of nothing, if nobody can be read */
    to->is_panel = to->rows >= PANEL_TEAMS;
    DP_TRY(make_room(to, source->is_adjusted));
    DP_TRY(add_outcomes(appliance, pair, filling));
    if (rows > 0) {
        DP_TRY(source->add(source, read, to));
    }
    size_t count = to->rows * to->periods;
    divide(to->outcome, to->weight, count);
    divide(to->engagement, to->answers, count);
    if (to->raw != NULL) {
        divide(to->raw, to->answers, count);
    }
    leave_out_unfinished_period(filling);
    return note_heard(filling);
}

dp_err gather(const struct appliance *appliance, const struct link_pair *pair,
              const struct gather_source *source, struct gathered *out)
{
    *out = (struct gathered){ .unit = source->unit, .has_sizes = true, .last = -1 };
    if (source->periods == 0) {
        return DP_SUCCESS;
    }
    MEM_AUTO struct gather_team *teams = mem_new(LINK_TEAMS_MAX, sizeof *teams);
    if (teams == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct filling filling = { .to = out, .kind = pair->period_kind, .teams = teams };
    DP_TRY(list_teams(appliance, pair, &filling));
    filling.is_whole = filling.team_count == 0;
    set_axis(source, pair->period_kind == PERIOD_MONTH, out);
    DP_TRY(fill(appliance, pair, source, &filling));
    if (!filling.is_whole && !out->is_panel) {
        join_rows(out);
        for (size_t i = 0; i < out->team_count; i++) {
            out->teams[i].row = 0;
        }
    }
    return DP_SUCCESS;
}

static void forget(struct gathered *gathered, size_t at)
{
    gathered->engagement[at] = NUMBER_NONE;
    gathered->outcome[at] = NUMBER_NONE;
    if (gathered->raw != NULL) {
        gathered->raw[at] = NUMBER_NONE;
    }
}

void gather_cut(struct gathered *gathered, int32_t last)
{
    for (size_t row = 0; row < gathered->rows; row++) {
        for (size_t t = (size_t)(last + 1); t < gathered->periods; t++) {
            forget(gathered, row * gathered->periods + t);
        }
    }
    gathered->last = last;
}

void gather_cut_before(struct gathered *gathered, struct date from)
{
    for (size_t t = 0; t < gathered->periods; t++) {
        bool is_kept = !date_is_before(gather_start(gathered, t), from);
        for (size_t row = 0; row < gathered->rows && !is_kept; row++) {
            forget(gathered, row * gathered->periods + t);
        }
    }
}

struct secret_hash gather_fingerprint(const struct gathered *gathered, int32_t last)
{
    struct secret_sha sha;
    secret_sha_start(&sha);
    for (size_t row = 0; row < gathered->rows && last >= 0; row++) {
        const double *released = gathered->raw != NULL ? gathered->raw : gathered->engagement;
        const double *engagement = released + row * gathered->periods;
        const double *outcome = gathered->outcome + row * gathered->periods;
        size_t bytes = ((size_t)last + 1) * sizeof(double);
        secret_sha_add(&sha, bytes_of(engagement, bytes));
        secret_sha_add(&sha, bytes_of(outcome, bytes));
    }
    return secret_sha_end(&sha);
}

static bool does_any_count(const struct gathered *gathered, const struct panelscan_team *rows)
{
    for (size_t row = 0; rows != NULL && row < gathered->rows; row++) {
        if (rows[row].refusal == REFUSAL_NONE) {
            return true;
        }
    }
    return false;
}

uint64_t gather_curves(const struct gathered *gathered, const struct panelscan_team *rows,
                       struct link_point *points)
{
    double answers = 0;
    bool is_chosen = does_any_count(gathered, rows);
    for (size_t t = 0; t < gathered->periods; t++) {
        double sums[4] = { 0, 0, 0, 0 };
        for (size_t row = 0; row < gathered->rows; row++) {
            size_t at = row * gathered->periods + t;
            if (is_chosen && rows[row].refusal != REFUSAL_NONE) {
                continue;
            }
            if (number_is_known(gathered->engagement[at])) {
                sums[0] += gathered->engagement[at] * gathered->answers[at];
                sums[1] += gathered->answers[at];
            }
            if (number_is_known(gathered->outcome[at])) {
                sums[2] += gathered->outcome[at] * gathered->weight[at];
                sums[3] += gathered->weight[at];
            }
        }
        divide(&sums[0], &sums[1], 1);
        divide(&sums[2], &sums[3], 1);
        points[t] = (struct link_point){ .start = gather_start(gathered, t),
                                         .engagement = sums[0],
                                         .outcome = sums[2],
                                         .answers = (uint64_t)sums[1],
                                         .outcome_n = gathered->has_sizes ? (uint64_t)sums[3] : 0 };
        answers += sums[1];
    }
    return (uint64_t)answers;
}

uint64_t gather_answers(const struct gathered *gathered)
{
    double answers = 0;
    for (size_t i = 0; i < gathered->rows * gathered->periods; i++) {
        answers += number_is_known(gathered->engagement[i]) ? gathered->answers[i] : 0.0;
    }
    return (uint64_t)answers;
}
