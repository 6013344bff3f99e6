/* SPDX-License-Identifier: MIT */
#include "app/service/theme/theme.h"

#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/link/look.h"
#include "app/service/link/primary.h"
#include "app/service/theme/board.h"
#include "app/stats/padjust.h"

/* Themes have half as many periods as the index, so they look at half as many lags; and never at more
 * than the unit has. */
enum { THEME_LAG_MAX = 4 };

static const uint32_t POOL_GROUP = UINT32_C(1) << 31;

#define LISTED_Q 0.10

/* ---- A theme as a source of engagement ----------------------------------------------------------- */

struct theme_source {
    const struct theme_board *board;
    enum theme theme;
};

static const struct team_id ALL = { TEAM_ROOT };

/* Teams that read the same pool share a row: they have one series between them. */
static uint32_t group_of(const struct gather_source *source, struct team_id team)
{
    const struct theme_source *from = source->context;
    struct unit_id pool;
    struct theme_reader reader = board_reader(from->board, ALL, team, &pool);
    switch (reader.reading) {
    case THEME_READ_OWN:
        return team.value;
    case THEME_READ_POOL:
        return POOL_GROUP | pool.value;
    case THEME_READ_OUTSIDE:
    case THEME_READ_NO_UNIT:
        return 0;
    }
    return 0;
}

static void add_at(struct gathered *to, size_t at, double raw, double adjusted, double n)
{
    to->raw[at] += raw;
    to->engagement[at] += adjusted;
    to->answers[at] += n;
}

static void add_fortnights(const struct theme_source *from, const struct board_place *place,
                           struct board_sum *sums, size_t row, struct gathered *to)
{
    board_add_up(from->board, place, sums);
    for (size_t t = 0; t < to->periods; t++) {
        add_at(to, row * to->periods + t, sums[t].raw, sums[t].adjusted, (double)sums[t].n);
    }
}

static void add_months(const struct theme_source *from, const struct board_place *place,
                       struct board_month *months, size_t row, struct gathered *to)
{
    board_add_up_months(from->board, place, months);
    for (size_t t = 0; t < board_months(from->board); t++) {
        size_t period = 0;
        if (gather_period(to, months[t].start, &period)) {
            add_at(to, row * to->periods + period, months[t].raw, months[t].adjusted,
                   months[t].n);
        }
    }
}

static dp_err add_theme(const struct gather_source *source, const struct team_id *teams,
                        struct gathered *to)
{
    const struct theme_source *from = source->context;
    struct date first;
    size_t fortnights = theme_board_fortnights(from->board, &first);
    MEM_AUTO struct board_sum *sums = mem_new(fortnights + 1, sizeof *sums);
    MEM_AUTO struct board_month *months = mem_new(board_months(from->board) + 1,
                                                  sizeof *months);
    if (sums == NULL || months == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t row = 0; row < to->rows; row++) {
        struct board_place place = { .team = teams[row], .theme = from->theme };
        struct theme_reader reader = board_reader(from->board, ALL, teams[row], &place.pool);
        bool has_reader = reader.reading == THEME_READ_OWN || reader.reading == THEME_READ_POOL;
        if (has_reader && to->unit == LAG_UNIT_MONTH) {
            add_months(from, &place, months, row, to);
        } else if (has_reader) {
            add_fortnights(from, &place, sums, row, to);
        }
    }
    return DP_SUCCESS;
}

static struct gather_source source_of(const struct theme_source *from)
{
    struct gather_source source = { .unit = LAG_UNIT_FORTNIGHT,
                                    .periods = board_complete(from->board),
                                    .is_adjusted = true,
                                    .group_of = group_of,
                                    .add = add_theme,
                                    .context = from };
    theme_board_fortnights(from->board, &source.first_monday);
    return source;
}

/* ---- Each evening -------------------------------------------------------------------------------- */

static int lag_max_of(const struct link_pair *pair)
{
    int months = primary_lag_max(PERIOD_MONTH);
    bool is_shorter = pair->period_kind == PERIOD_MONTH && months < THEME_LAG_MAX;
    return is_shorter ? months : THEME_LAG_MAX;
}

static dp_err refresh_pair(const struct appliance *appliance, const struct theme_board *board,
                           const struct link_pair *pair, struct verdict_memory *memories,
                           size_t *count)
{
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        struct theme_source from = { board, (enum theme)(THEME_FIRST + i) };
        struct gather_source source = source_of(&from);
        struct look_wanted wanted = { .pair = pair,
                                      .source = &source,
                                      .series = theme_code(from.theme),
                                      .lag_max = lag_max_of(pair) };
        LOOK_AUTO struct look look = { 0 };
        DP_TRY(look_take_if_due(appliance, &wanted, &look));
        if (look.has_news) {
            DP_TRY(look_remember(&wanted, &look, &memories[*count]));
            (*count)++;
        }
    }
    return DP_SUCCESS;
}

dp_err theme_refresh(const struct appliance *appliance)
{
    ARENA_AUTO struct arena arena = arena_new(sizeof(struct link_pair) * (LINK_PAIRS_MAX + 2));
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    size_t due = 0;
    DP_TRY(link_pairs(appliance, &arena, &pairs, &count));
    if (count == 0) {
        return DP_SUCCESS;
    }
    struct board_wanted wanted = { .scope = ALL };
    for (size_t i = 0; i < count; i++) {
        wanted.has_months = wanted.has_months || pairs[i].period_kind == PERIOD_MONTH;
    }
    THEME_BOARD_AUTO struct theme_board *board = NULL;
    DP_TRY(board_open(appliance, &wanted, &board));
    MEM_AUTO struct verdict_memory *memories = mem_new(count * QUESTION_THEMES + 1,
                                                       sizeof *memories);
    if (memories == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        DP_TRY(refresh_pair(appliance, board, &pairs[i], memories, &due));
    }
    return look_store(appliance, memories, due);
}

/* ---- What is remembered -------------------------------------------------------------------------- */

struct recalling {
    struct theme_link *links; /* every pair's themes, in order */
    const struct link_pair *pairs;
    size_t pair_count;
};

static size_t find_pair(const struct recalling *recalling, const struct verdict_memory *stored)
{
    size_t at = 0;
    while (at < recalling->pair_count &&
           (strcmp(recalling->pairs[at].metric.code, stored->metric) != 0 ||
            strcmp(recalling->pairs[at].source, stored->source) != 0)) {
        at++;
    }
    return at;
}

static bool take_memory(const struct verdict_memory *stored, void *context)
{
    struct recalling *recalling = context;
    struct look_memory memory;
    enum theme theme = THEME_ANCHOR;
    size_t pair = find_pair(recalling, stored);
    bool is_theme = err_is_ok(theme_parse(str_of(stored->series), &theme)) &&
                    theme >= THEME_FIRST;
    if (!is_theme || pair == recalling->pair_count) {
        return true;
    }
    look_recall(stored, &memory);
    if (!memory.is_there || !memory.has_scan) {
        return true;
    }
    struct theme_link *link =
        &recalling->links[pair * QUESTION_THEMES + (size_t)(theme - THEME_FIRST)];
    bool is_examined = memory.is_verdict && !memory.is_withdrawn;
    link->state = is_examined ? THEME_LINK_EXAMINED : THEME_LINK_REFUSED;
    link->is_changed = memory.is_changed && is_examined;
    link->unit = memory.unit;
    link->is_panel = memory.is_panel;
    link->scan = memory.is_withdrawn ? memory.refused : memory.scan;
    link->answers = memory.answers;
    link->looked = memory.computed;
    link->next_look = date_add(memory.computed, is_examined ? VERDICT_RENEWAL_DAYS : 1);
    return true;
}

static dp_err recall_all(const struct appliance *appliance, struct recalling *recalling)
{
    for (size_t i = 0; i < recalling->pair_count * QUESTION_THEMES; i++) {
        bool is_monthly = recalling->pairs[i / QUESTION_THEMES].period_kind == PERIOD_MONTH;
        recalling->links[i] = (struct theme_link){
            .pair = recalling->pairs[i / QUESTION_THEMES],
            .theme = (enum theme)(THEME_FIRST + i % QUESTION_THEMES),
            .state = THEME_LINK_PENDING,
            .unit = is_monthly ? LAG_UNIT_MONTH : LAG_UNIT_FORTNIGHT,
            .q = NUMBER_NONE
        };
    }
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    return verdict_record_each(txn, take_memory, recalling);
}

/* The family is every examined pair of theme and outcome. A grade that waits for a second look is not
 * named yet, whatever its q. */
static dp_err pay_for_looking(struct theme_link *links, size_t count)
{
    size_t bytes = padjust_scratch_bytes(count);
    MEM_AUTO unsigned char *area = mem_new(bytes + 1, 1);
    MEM_AUTO double *p = mem_new(count + 1, sizeof *p);
    if (area == NULL || p == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        p[i] = links[i].state == THEME_LINK_EXAMINED ? links[i].scan.p_perm : NUMBER_NONE;
    }
    struct scratch scratch = scratch_of(area, bytes);
    padjust(p, count, PADJUST_BH, &scratch, p);
    for (size_t i = 0; i < count; i++) {
        links[i].q = p[i];
        links[i].is_listed = p[i] <= LISTED_Q && links[i].scan.grade >= GRADE_HINT;
    }
    return DP_SUCCESS;
}

/* ---- Order --------------------------------------------------------------------------------------- */

/* The interval of |r|: its lower end is the end nearest 0. Identical series have none: 1. */
static double nearest_end(const struct lagscan_result *scan)
{
    if (!number_is_known(scan->ci_lo) || !number_is_known(scan->ci_hi)) {
        return 1.0;
    }
    return scan->best_r < 0.0 ? -scan->ci_hi : scan->ci_lo;
}

static double farthest_end(const struct lagscan_result *scan)
{
    if (!number_is_known(scan->ci_lo) || !number_is_known(scan->ci_hi)) {
        return 1.0;
    }
    return scan->best_r < 0.0 ? -scan->ci_lo : scan->ci_hi;
}

/* Listed ones by their nearest ends; the others keep their place behind them. */
static int by_strength(const void *a, const void *b)
{
    const struct theme_link *left = a;
    const struct theme_link *right = b;
    if (left->is_listed != right->is_listed) {
        return left->is_listed ? -1 : 1;
    }
    double difference = nearest_end(&right->scan) - nearest_end(&left->scan);
    if (left->is_listed && (difference > 0.0 || difference < 0.0)) {
        return difference > 0.0 ? 1 : -1;
    }
    int pair = strcmp(left->pair.metric.code, right->pair.metric.code);
    pair = pair != 0 ? pair : strcmp(left->pair.source, right->pair.source);
    return pair != 0 ? pair : (int)left->theme - (int)right->theme;
}

static bool is_wanted(const struct link_pair *pair, struct str metric, struct str source)
{
    return (metric.len == 0 || str_equal(metric, str_of(pair->metric.code))) &&
           (source.len == 0 || str_equal(source, str_of(pair->source)));
}

static void choose(struct theme_link *links, size_t count, struct str metric, struct str source,
                   struct theme_links *out)
{
    out->possible = count;
    for (size_t i = 0; i < count; i++) {
        out->examined += links[i].state == THEME_LINK_EXAMINED;
        if (is_wanted(&links[i].pair, metric, source)) {
            out->listed += links[i].is_listed;
            links[out->count++] = links[i];
        }
    }
    qsort(links, out->count, sizeof *links, by_strength);
    out->links = links;
    out->is_order_uncertain = out->listed >= 2 &&
                              nearest_end(&links[0].scan) <= farthest_end(&links[1].scan);
}

dp_err theme_links_of(const struct appliance *appliance, struct str metric, struct str source,
                      struct arena *arena, struct theme_links *out)
{
    struct recalling recalling = { 0 };
    *out = (struct theme_links){ 0 };
    DP_TRY(link_pairs(appliance, arena, &recalling.pairs, &recalling.pair_count));
    size_t count = recalling.pair_count * QUESTION_THEMES;
    recalling.links = arena_take(arena, count + 1, sizeof *recalling.links);
    if (recalling.links == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(recall_all(appliance, &recalling));
    DP_TRY(pay_for_looking(recalling.links, count));
    DP_TRY(look_examined(appliance, &out->links_examined));
    choose(recalling.links, count, metric, source, out);
    return err_make(out->count == 0 && (metric.len > 0 || source.len > 0) ? DP_NOT_FOUND
                                                                          : DP_OK);
}
