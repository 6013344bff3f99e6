/* SPDX-License-Identifier: MIT */

/* The map: where each team of the viewer's part of the tree stands on the six themes. */

#include "app/service/theme/theme.h"
#include "web/html/charts/heat.h"
#include "web/pages/figures.h"
#include "web/pages/pages.h"

enum { FORTNIGHT_DAYS = 14, LIST_MAX = 1024 };

/* The colours mean the same on every day and for every team: steps of 0.2 around 3.5. */
static const double scale_min = 2.8;
static const double scale_max = 4.2;

/* How far from the average question a theme's usual answers lie before it is mentioned. */
static const double usual_band = 0.1;

/* ---- Cells --------------------------------------------------------------------------------------- */

static struct str mark_few(const struct page_context *page)
{
    int64_t people = services_of(page)->appliance->organisation.min_people;
    return services_say_with(page, TEXT_THEME_MARK_FEW, TEXT_VALUES(text_int(people)));
}

static enum text reason_of(const struct theme_map_row *row, const struct theme_map_cell *cell)
{
    if (cell->state == THEME_STATE_NOT_ASKED) {
        return TEXT_THEME_REASON_NOT_ASKED;
    }
    return row->reader.reading == THEME_READ_OUTSIDE ? TEXT_THEME_REASON_OUTSIDE
                                                     : TEXT_THEME_REASON_NO_UNIT;
}

static struct heat_cell cell_of(const struct page_context *page, const struct theme_map_row *row,
                                const struct theme_map_column *column,
                                const struct theme_map_cell *cell)
{
    const struct series_point *figure = &cell->now.figure;
    if (cell->state == THEME_STATE_FEWER) {
        return (struct heat_cell){ .point = { .reason = figures_few(page) },
                                   .mark = mark_few(page) };
    }
    if (cell->state != THEME_STATE_SHOWN) {
        return (struct heat_cell){
            .point = { .reason = services_say(page, reason_of(row, cell)) },
            .mark = services_say(page, TEXT_THEME_MARK_NONE)
        };
    }
    bool has_change = number_is_known(cell->change.value) && number_is_known(cell->change.lo);
    return (struct heat_cell){
        .point = { .has_value = true,
                   .has_interval = number_is_known(figure->lo),
                   .value = figure->mean,
                   .low = figure->lo,
                   .high = figure->hi,
                   .n = figure->n },
        .path = arena_fmt(page->arena, "/themes/%s?team=%u", theme_code(column->theme),
                          row->team.value),
        .change = { .has_value = has_change,
                    .has_interval = has_change,
                    .value = cell->change.value,
                    .low = cell->change.lo,
                    .high = cell->change.hi },
    };
}

/* ---- Heads --------------------------------------------------------------------------------------- */

/* The newest fortnight of all columns; false while there is none. */
static bool newest_of(const struct theme_map *map, struct date *newest)
{
    bool is_found = false;
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        const struct theme_map_column *column = &map->columns[i];
        if (column->has_now && (!is_found || newest->days < column->now.days)) {
            *newest = column->now;
            is_found = true;
        }
    }
    return is_found;
}

static struct heat_head column_head(const struct page_context *page,
                                    const struct theme_map_column *column, struct date newest)
{
    bool is_older = column->has_now && column->now.days != newest.days;
    return (struct heat_head){
        .name = str_of(theme_name(column->theme, services_language(page))),
        .path = arena_fmt(page->arena, "/themes/%s?team=%u", theme_code(column->theme),
                          services_scope(page).value),
        .note = is_older ? services_say_with(page, TEXT_THEME_COLUMN_SINCE,
                                             TEXT_VALUES(text_date(column->now)))
                         : STR(""),
    };
}

static struct str row_note(const struct page_context *page, const struct theme_reader *reader)
{
    if (reader->reading == THEME_READ_POOL) {
        return services_say_with(page, TEXT_THEME_WITH_POOL,
                                 TEXT_VALUES(text_word(str_of(reader->pool))));
    }
    return reader->is_partial ? services_say(page, TEXT_THEME_PARTIAL) : STR("");
}

static struct heat_head row_head(const struct page_context *page, const struct theme_map *map,
                                 size_t index)
{
    const struct theme_map_row *row = &map->rows[index];
    bool is_root = row->team.value == TEAM_ROOT;
    return (struct heat_head){
        .name = is_root ? services_say(page, TEXT_ALL_COMPANY) : str_of(row->name),
        .path = arena_fmt(page->arena, "/trend?team=%u", row->team.value),
        .note = row_note(page, &row->reader),
        .depth = row->depth > HEAT_DEPTH_MAX ? HEAT_DEPTH_MAX : (int)row->depth,
        .is_strong = index + 1 < map->row_count && map->rows[index + 1].depth > row->depth,
    };
}

/* ---- The map ------------------------------------------------------------------------------------- */

static struct heat_words words_of(const struct page_context *page)
{
    return (struct heat_words){ .unit = services_say(page, TEXT_COLUMN_TEAM),
                                .column = services_say(page, TEXT_THEME),
                                .change = services_say(page, TEXT_THEME_CHANGE),
                                .count = services_say(page, TEXT_THEME_COUNT_WORD),
                                .under = services_say(page, TEXT_THEME_UNDER),
                                .from = services_say(page, TEXT_THEME_FROM) };
}

static dp_err write_map(const struct page_context *page, struct html *html,
                        const struct theme_map *map, struct date newest)
{
    struct heat_head columns[QUESTION_THEMES];
    struct heat_words words = words_of(page);
    struct heat_head *rows = arena_take(page->arena, map->row_count, sizeof *rows);
    struct heat_cell *cells =
        arena_take(page->arena, map->row_count * QUESTION_THEMES, sizeof *cells);
    if (rows == NULL || cells == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t c = 0; c < QUESTION_THEMES; c++) {
        columns[c] = column_head(page, &map->columns[c], newest);
    }
    for (size_t r = 0; r < map->row_count; r++) {
        rows[r] = row_head(page, map, r);
        for (size_t c = 0; c < QUESTION_THEMES; c++) {
            cells[r * QUESTION_THEMES + c] =
                cell_of(page, &map->rows[r], &map->columns[c], &map->rows[r].cells[c]);
        }
    }
    struct heat chart = { .frame = { .id = STR("map"),
                                     .title = services_say(page, TEXT_THEMES_MAP),
                                     .sentence = services_say(page, TEXT_THEMES_MAP_SENTENCE),
                                     .numbers = figures_numbers(page, 2),
                                     .words = figures_words(page, TEXT_THEME_FORTNIGHT_FROM) },
                          .words = &words,
                          .rows = rows,
                          .row_count = map->row_count,
                          .columns = columns,
                          .column_count = QUESTION_THEMES,
                          .cells = cells,
                          .min = scale_min,
                          .max = scale_max };
    parts_card_open(html, STR(""));
    heat_draw(html, &chart);
    if (map->rows_left_out > 0) {
        html_leaf(html, TAG_P, NULL,
                  services_say_with(page, TEXT_OVERVIEW_MORE,
                                    TEXT_VALUES(text_int((int64_t)map->rows_left_out))));
    }
    parts_card_close(html);
    return DP_SUCCESS;
}

/* ---- How to read it ------------------------------------------------------------------------------ */

/* Names the themes whose questions usually get higher (sign 1) or lower (-1) answers. */
static void write_usual(const struct page_context *page, struct html *html,
                        const struct theme_map *map, double sign, enum text sentence)
{
    BUF_AUTO struct buf names = buf_new(LIST_MAX);
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        double level = map->columns[i].usual_level;
        if (number_is_known(level) && level * sign > usual_band) {
            buf_add_text(&names, names.len > 0 ? "; " : "");
            buf_add_text(&names, theme_name(map->columns[i].theme, services_language(page)));
        }
    }
    if (names.len > 0) {
        html_leaf(html, TAG_P, NULL,
                  services_say_with(page, sentence, TEXT_VALUES(text_word(buf_str(&names)))));
    }
}

static bool has_pools(const struct theme_map *map)
{
    for (size_t r = 0; r < map->row_count; r++) {
        if (map->rows[r].reader.reading == THEME_READ_POOL) {
            return true;
        }
    }
    return false;
}

static void write_how(const struct page_context *page, struct html *html,
                      const struct theme_map *map)
{
    int64_t people = services_of(page)->appliance->organisation.min_people;
    parts_card_open(html, services_say(page, TEXT_THEMES_HOW));
    if (map->is_adjusted) {
        html_leaf(html, TAG_P, NULL, services_say(page, TEXT_THEME_ADJUSTED_WHY));
        if (services_scope(page).value != TEAM_ROOT) {
            html_leaf(html, TAG_P, NULL, services_say(page, TEXT_THEME_ADJUSTED_BY_ALL));
        }
        html_leaf(html, TAG_P, NULL, services_say(page, TEXT_THEMES_ACROSS));
        write_usual(page, html, map, 1, TEXT_THEMES_USUALLY_HIGH);
        write_usual(page, html, map, -1, TEXT_THEMES_USUALLY_LOW);
    } else {
        html_leaf(html, TAG_P, NULL, services_say(page, TEXT_THEMES_NOT_ADJUSTED));
    }
    if (has_pools(map)) {
        html_leaf(html, TAG_P, NULL, services_say(page, TEXT_THEMES_POOLS));
    }
    html_leaf(html, TAG_P, NULL,
              services_say_with(page, TEXT_HIDDEN_WHY, TEXT_VALUES(text_int(people))));
    html_leaf(html, TAG_P, NULL, services_say(page, TEXT_SMALL_ROUNDING));
    parts_card_close(html);
}

/* ---- The page ------------------------------------------------------------------------------------ */

static bool may_see_links(const struct page_context *page)
{
    return (page->session->role & (ROLE_ADMIN | ROLE_HR)) != 0;
}

static dp_err write_page(const struct page_context *page, struct html *html,
                         const struct theme_map *map)
{
    struct str title = services_say(page, TEXT_NAV_THEMES);
    struct date newest = { 0 };
    if (!newest_of(map, &newest)) {
        parts_heading(html, title, services_say(page, TEXT_THEMES_LEAD_NONE));
        parts_notice(html, PARTS_PLAIN, services_say(page, TEXT_THEMES_MAP_EMPTY));
        return DP_SUCCESS;
    }
    struct date last = date_add(newest, FORTNIGHT_DAYS - 1);
    parts_heading(html, title,
                  services_say_with(page, TEXT_THEMES_LEAD,
                                    TEXT_VALUES(text_date(newest), text_date(last))));
    DP_TRY(write_map(page, html, map, newest));
    if (may_see_links(page)) {
        html_open(html, TAG_P);
        html_class(html, "actions");
        parts_button_link(html, "quiet", STR("/themes/links"),
                          services_say(page, TEXT_THEMES_TO_LINKS));
        html_close(html, TAG_P);
    }
    write_how(page, html, map);
    return DP_SUCCESS;
}

static dp_err show_map(struct page_context *page, struct response *response)
{
    struct theme_map map;
    struct html html = html_new(&response->body);
    DP_TRY(theme_map_of(services_of(page)->appliance, services_scope(page), page->arena, &map));
    services_open(page, &html, services_say(page, TEXT_NAV_THEMES), STR("/themes"));
    DP_TRY(write_page(page, &html, &map));
    services_close(page, &html);
    return html_finish(&html);
}

dp_err page_themes(struct page_context *page, struct response *response)
{
    return services_wide(page, show_map, response); /* for the cells of many teams */
}
