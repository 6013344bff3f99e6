/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/released_memory.h"

/* One period of one unit or subject, all in whole numbers, so that the order of adding is no
 * matter. */
struct tally {
    uint32_t cells_shown;
    uint32_t cells_hidden;
    uint64_t n;
    uint64_t invited;
    uint64_t hundredths; /* n times the mean */
    uint64_t favourable; /* n times the per cents */
    uint64_t sd_squares; /* (n - 1) times the sd's tenths squared */
    uint64_t sd_df;
};

enum { NO_SUBJECT = -1 };

struct summing {
    const struct released *cells;
    enum theme theme;
    bool has_week_cells;
    struct date first;
    int32_t period_days;
    size_t periods;
    const struct released_subject *subjects;
    size_t subjects_count;
    int32_t *subject_of_team; /* by the team's place; NO_SUBJECT */
    int32_t *subject_of_unit;
    uint8_t *days_asked;   /* by period: how many days the theme was asked on */
    struct tally *of_unit; /* by period: the unit that is being read */
    struct tally *tallies; /* by subject and period */
    size_t *groups;        /* of the pack: the questions of the theme */
    size_t groups_count;
};

static struct date period_start(const struct summing *summing, size_t period)
{
    return date_add(summing->first, (int32_t)period * summing->period_days);
}

static struct date last_day(const struct summing *summing)
{
    return date_add(period_start(summing, summing->periods), -1);
}

static bool note_asked(const struct flushed *flushed, void *context)
{
    const struct summing *summing = context;
    int32_t days = flushed->epoch.date.days - summing->first.days;
    size_t period = days < 0 ? summing->periods : (size_t)(days / summing->period_days);
    if (period < summing->periods &&
        released_theme_of(summing->cells, flushed->question) == summing->theme) {
        summing->days_asked[period]++;
    }
    return true;
}

/* ---- One unit ---------------------------------------------------------------------------- */

/* A week cell holds the answers of all days of its week, so each of its people was invited
 * once a day. */
static void add_figure(struct tally *tally, const struct released_figure *figure, uint32_t days)
{
    if (figure->n == 0) {
        tally->cells_hidden++;
        return;
    }
    tally->cells_shown++;
    tally->n += figure->n;
    tally->invited += (uint64_t)figure->headcount * days;
    tally->hundredths += (uint64_t)figure->n * figure->mean_hundredths;
    tally->favourable += (uint64_t)figure->n * figure->favourable_pct;
    if (figure->sd_tenths != RELEASED_NO_SD && figure->n > 1) {
        uint64_t tenths = (uint64_t)figure->sd_tenths;
        tally->sd_squares += (uint64_t)(figure->n - 1) * tenths * tenths;
        tally->sd_df += figure->n - 1;
    }
}

/* The figures of one unit and kind come by date, so the period only ever moves on. */
struct reading {
    const struct summing *summing;
    enum period_kind kind;
    size_t period;
    struct date next; /* start of the period behind */
};

static struct reading reading_start(const struct summing *summing, enum period_kind kind)
{
    return (struct reading){ summing, kind, 0, period_start(summing, 1) };
}

static void read_figure(struct reading *reading, const struct released_figure *figure)
{
    const struct summing *summing = reading->summing;
    while (!date_is_before(figure->start, reading->next)) {
        reading->period++;
        reading->next = date_add(reading->next, summing->period_days);
    }
    uint32_t days = reading->kind == PERIOD_WEEK ? summing->days_asked[reading->period] : 1;
    add_figure(&summing->of_unit[reading->period], figure, days);
}

static bool read_cell(const struct cell *cell, void *context)
{
    struct released_figure figure = released_figure_of(cell);
    read_figure(context, &figure);
    return true;
}

static void read_pack(const struct summing *summing, const struct cell_range *range)
{
    for (size_t g = 0; g < summing->groups_count; g++) {
        size_t count = 0;
        struct reading reading = reading_start(summing, range->period_kind);
        const struct released_figure *figures = released_pack_find(
            summing->cells->pack, summing->groups[g], range, &count);
        for (size_t i = 0; i < count; i++) {
            read_figure(&reading, &figures[i]);
        }
    }
}

static dp_err read_kind(const struct summing *summing, const struct unit *unit,
                        enum period_kind kind)
{
    struct cell_range range = { .unit = unit->id,
                                .period_kind = kind,
                                .from = summing->first,
                                .to = last_day(summing),
                                .class_of = summing->cells->theme_of,
                                .class = (uint8_t)summing->theme };
    if (summing->cells->pack != NULL) {
        read_pack(summing, &range);
        return DP_SUCCESS;
    }
    struct reading reading = reading_start(summing, kind);
    return cell_record_each_of_unit(summing->cells->results, &range, read_cell, &reading);
}

/* ---- All units --------------------------------------------------------------------------- */

static void add_tallies(const struct summing *summing, size_t subject)
{
    struct tally *sums = &summing->tallies[subject * summing->periods];
    for (size_t i = 0; i < summing->periods; i++) {
        const struct tally *tally = &summing->of_unit[i];
        sums[i].cells_shown += tally->cells_shown;
        sums[i].cells_hidden += tally->cells_hidden;
        sums[i].n += tally->n;
        sums[i].invited += tally->invited;
        sums[i].hundredths += tally->hundredths;
        sums[i].favourable += tally->favourable;
        sums[i].sd_squares += tally->sd_squares;
        sums[i].sd_df += tally->sd_df;
    }
}

static int32_t subject_of_team(const struct summing *summing, struct team_id id)
{
    const struct released *cells = summing->cells;
    const struct team *team = people_find_team(cells->teams, cells->teams_count, id);
    return team == NULL ? NO_SUBJECT : summing->subject_of_team[team - cells->teams];
}

/* The subjects that the unit belongs to: each team above it that is one, and the unit
 * itself. */
static size_t subjects_of(const struct summing *summing, size_t unit,
                          size_t subjects[TEAM_DEPTH_MAX + 2])
{
    size_t count = 0;
    const struct released_chain *chain = &summing->cells->chains[unit];
    for (size_t i = 0; i < chain->count; i++) {
        int32_t subject = subject_of_team(summing, chain->teams[i]);
        if (subject != NO_SUBJECT) {
            subjects[count++] = (size_t)subject;
        }
    }
    if (summing->subject_of_unit[unit] != NO_SUBJECT) {
        subjects[count++] = (size_t)summing->subject_of_unit[unit];
    }
    return count;
}

static dp_err read_unit(const struct summing *summing, size_t place)
{
    size_t subjects[TEAM_DEPTH_MAX + 2];
    size_t count = subjects_of(summing, place, subjects);
    if (count == 0) {
        return DP_SUCCESS;
    }
    const struct unit *unit = &summing->cells->units[place];
    memset(summing->of_unit, 0, summing->periods * sizeof *summing->of_unit);
    DP_TRY(read_kind(summing, unit, PERIOD_DAY));
    if (summing->has_week_cells) {
        DP_TRY(read_kind(summing, unit, PERIOD_WEEK));
    }
    for (size_t i = 0; i < count; i++) {
        add_tallies(summing, subjects[i]);
    }
    return DP_SUCCESS;
}

static bool find_unit(const struct released *cells, struct unit_id id, size_t *place)
{
    size_t from = 0;
    size_t to = cells->units_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        bool is_before = cells->units[middle].id.value < id.value;
        from = is_before ? middle + 1 : from;
        to = is_before ? to : middle;
    }
    *place = from;
    return from < cells->units_count && cells->units[from].id.value == id.value;
}

static dp_err map_subjects(const struct summing *summing)
{
    const struct released *cells = summing->cells;
    for (size_t i = 0; i < cells->teams_count; i++) {
        summing->subject_of_team[i] = NO_SUBJECT;
    }
    for (size_t i = 0; i < cells->units_count; i++) {
        summing->subject_of_unit[i] = NO_SUBJECT;
    }
    for (size_t i = 0; i < summing->subjects_count; i++) {
        const struct released_subject *subject = &summing->subjects[i];
        size_t place = 0;
        int32_t *slot = NULL;
        if (subject->team.value == 0) {
            slot = find_unit(cells, subject->unit, &place) ? &summing->subject_of_unit[place]
                                                           : NULL;
        } else {
            const struct team *team = people_find_team(cells->teams, cells->teams_count,
                                                       subject->team);
            slot = team == NULL ? NULL : &summing->subject_of_team[team - cells->teams];
        }
        if (slot == NULL) {
            return err_make(DP_NOT_FOUND);
        }
        DP_CHECK(*slot == NO_SUBJECT);
        *slot = (int32_t)i;
    }
    return DP_SUCCESS;
}

/* ---- Sums -------------------------------------------------------------------------------- */

static void give_sums(const struct summing *summing, struct released_sum *sums)
{
    for (size_t i = 0; i < summing->subjects_count * summing->periods; i++) {
        const struct tally *tally = &summing->tallies[i];
        size_t period = i % summing->periods;
        double n = tally->n == 0 ? 1.0 : (double)tally->n;
        sums[i] = (struct released_sum){ .start = period_start(summing, period),
                                         .is_asked = summing->days_asked[period] > 0,
                                         .cells_shown = tally->cells_shown,
                                         .cells_hidden = tally->cells_hidden,
                                         .n = (uint32_t)tally->n,
                                         .invited = tally->invited,
                                         .mean = (double)tally->hundredths / 100.0 / n,
                                         .favourable_pct = (double)tally->favourable / n,
                                         .sd_squares = (double)tally->sd_squares / 100.0,
                                         .sd_df = (double)tally->sd_df };
    }
}

static size_t pack_groups(const struct released *cells)
{
    return cells->pack == NULL ? 0 : released_pack_groups(cells->pack);
}

static void choose_groups(struct summing *summing)
{
    const struct released *cells = summing->cells;
    for (size_t g = 0; g < pack_groups(cells); g++) {
        struct question_id question = released_pack_question(cells->pack, g);
        if (released_theme_of(cells, question) == summing->theme) {
            summing->groups[summing->groups_count++] = g;
        }
    }
}

static dp_err sum_up(struct summing *summing, struct released_sum *sums)
{
    const struct released *cells = summing->cells;
    size_t room = summing->subjects_count * summing->periods;
    MEM_AUTO int32_t *of_team = mem_new(cells->teams_count + 1, sizeof *of_team);
    MEM_AUTO int32_t *of_unit = mem_new(cells->units_count + 1, sizeof *of_unit);
    MEM_AUTO uint8_t *days_asked = mem_new(summing->periods + 1, 1);
    MEM_AUTO struct tally *unit_tallies = mem_new(summing->periods + 1, sizeof *unit_tallies);
    MEM_AUTO struct tally *tallies = mem_new(room + 1, sizeof *tallies);
    MEM_AUTO size_t *groups = mem_new(pack_groups(cells) + 1, sizeof *groups);
    if (of_team == NULL || of_unit == NULL || days_asked == NULL || unit_tallies == NULL ||
        tallies == NULL || groups == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    summing->subject_of_team = of_team;
    summing->subject_of_unit = of_unit;
    summing->days_asked = days_asked;
    summing->of_unit = unit_tallies;
    summing->tallies = tallies;
    summing->groups = groups;
    choose_groups(summing);
    DP_TRY(map_subjects(summing));
    DP_TRY(released_each_day(cells, note_asked, summing));
    for (size_t i = 0; i < cells->units_count && summing->periods > 0; i++) {
        DP_TRY(read_unit(summing, i));
    }
    give_sums(summing, sums);
    return DP_SUCCESS;
}

dp_err released_index_many(const struct released *cells,
                           const struct released_subject *subjects, size_t count,
                           struct date first_monday, size_t weeks, struct released_sum *sums)
{
    struct summing summing = { .cells = cells,
                               .theme = THEME_ANCHOR,
                               .has_week_cells = true,
                               .first = first_monday,
                               .period_days = 7,
                               .periods = weeks,
                               .subjects = subjects,
                               .subjects_count = count };
    return sum_up(&summing, sums);
}

dp_err released_index_weeks(const struct released *cells, struct team_id team,
                            struct date first_monday, size_t weeks, struct released_sum *sums)
{
    struct released_subject subject = { .team = team };
    return released_index_many(cells, &subject, 1, first_monday, weeks, sums);
}

dp_err released_index_days(const struct released *cells, struct team_id team, struct date first,
                           size_t days, struct released_sum *sums)
{
    struct released_subject subject = { .team = team };
    struct summing summing = { .cells = cells,
                               .theme = THEME_ANCHOR,
                               .first = first,
                               .period_days = 1,
                               .periods = days,
                               .subjects = &subject,
                               .subjects_count = 1 };
    return sum_up(&summing, sums);
}

dp_err released_theme_fortnights(const struct released *cells, struct team_id team,
                                 enum theme theme, struct date first_monday, size_t fortnights,
                                 struct released_sum *sums)
{
    struct released_subject subject = { .team = team };
    struct summing summing = { .cells = cells,
                               .theme = theme,
                               .first = first_monday,
                               .period_days = 14,
                               .periods = fortnights,
                               .subjects = &subject,
                               .subjects_count = 1 };
    return sum_up(&summing, sums);
}
