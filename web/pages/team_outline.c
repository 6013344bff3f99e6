/* SPDX-License-Identifier: MIT */
#include "web/pages/team_outline.h"

#include "app/survey/people.h"

enum { NOBODY = -1, NESTED_MAX = 8 };

struct writing {
    const struct page_context *page;
    struct html *html;
    const struct team_outline *outline;
    int32_t *first_child; /* by place */
    int32_t *next;        /* of the same parent */
    bool *is_open;        /* something is ticked beneath */
    size_t written;
};

static int32_t place_of(const struct team_outline *outline, struct team_id id)
{
    const struct team *team = people_find_team(outline->teams, outline->team_count, id);
    return team == NULL ? NOBODY : (int32_t)(team - outline->teams);
}

static bool is_ticked(const struct team_outline *outline, struct team_id team)
{
    for (size_t i = 0; i < outline->ticked_count; i++) {
        if (outline->ticked[i].value == team.value) {
            return true;
        }
    }
    return false;
}

static void open_above(struct writing *writing, struct team_id id)
{
    int32_t place = place_of(writing->outline, id);
    for (size_t step = 0; place != NOBODY && step <= TEAM_DEPTH_MAX; step++) {
        place = place_of(writing->outline, writing->outline->teams[place].parent);
        if (place != NOBODY) {
            writing->is_open[place] = true;
        }
    }
}

static dp_err start(struct writing *writing)
{
    const struct team_outline *outline = writing->outline;
    struct arena *arena = writing->page->arena;
    size_t count = outline->team_count;
    writing->first_child = arena_take(arena, count + 1, sizeof *writing->first_child);
    writing->next = arena_take(arena, count + 1, sizeof *writing->next);
    writing->is_open = arena_take(arena, count + 1, sizeof *writing->is_open);
    if (writing->first_child == NULL || writing->next == NULL || writing->is_open == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        writing->first_child[i] = NOBODY;
    }
    for (size_t i = count; i > 0; i--) {
        const struct team *team = &outline->teams[i - 1];
        int32_t parent = place_of(outline, team->parent);
        if (parent != NOBODY && !team->is_gone) {
            writing->next[i - 1] = writing->first_child[parent];
            writing->first_child[parent] = (int32_t)(i - 1);
        }
    }
    for (size_t i = 0; i < outline->ticked_count; i++) {
        open_above(writing, outline->ticked[i]);
    }
    return DP_SUCCESS;
}

static void write_box(struct writing *writing, int32_t place)
{
    const struct team *team = &writing->outline->teams[place];
    bool is_root = team->id.value == TEAM_ROOT;
    struct parts_tickable box = {
        .name = writing->outline->name,
        .value = arena_fmt(writing->page->arena, "%u", team->id.value),
        .label = is_root ? services_say(writing->page, TEXT_ALL_COMPANY) : str_of(team->name),
        .is_checked = is_ticked(writing->outline, team->id),
    };
    parts_tickable(writing->html, &box);
    writing->written++;
}

static size_t count_below(const struct writing *writing, int32_t place, size_t depth)
{
    size_t count = 0;
    for (int32_t child = writing->first_child[place];
         child != NOBODY && depth <= TEAM_DEPTH_MAX; child = writing->next[child]) {
        count += 1 + count_below(writing, child, depth + 1);
    }
    return count;
}

static void write_children(struct writing *writing, int32_t place, size_t depth);

/* What is beneath a team, in a fold where there are many teams: it keeps hundreds of them
 * usable. */
static void write_branch(struct writing *writing, int32_t place, size_t depth)
{
    struct html *html = writing->html;
    const struct team *team = &writing->outline->teams[place];
    bool is_folded = depth > 0 && writing->outline->team_count > TEAM_OUTLINE_OPEN_MAX;
    if (is_folded) {
        struct text_value beneath = text_int((int64_t)count_below(writing, place, depth));
        html_open(html, TAG_DETAILS);
        if (writing->is_open[place]) {
            html_flag(html, ATTR_OPEN);
        }
        html_leaf(html, TAG_SUMMARY, NULL,
                  services_say_with(writing->page, TEXT_CORRECTION_FORM_TEAMS_IN,
                                    TEXT_VALUES(text_word(str_of(team->name)), beneath)));
    }
    html_open(html, TAG_UL);
    write_children(writing, place, depth + 1);
    html_close(html, TAG_UL);
    if (is_folded) {
        html_close(html, TAG_DETAILS);
    }
}

/* Writes the children as items of the open list; from NESTED_MAX on what is beneath them stands
 * in the same list, as a page can't nest for ever. */
static void write_children(struct writing *writing, int32_t place, size_t depth)
{
    for (int32_t child = writing->first_child[place];
         child != NOBODY && writing->written < TEAM_OUTLINE_MAX && depth <= TEAM_DEPTH_MAX;
         child = writing->next[child]) {
        bool has_children = writing->first_child[child] != NOBODY;
        html_open(writing->html, TAG_LI);
        write_box(writing, child);
        if (has_children && depth < NESTED_MAX) {
            write_branch(writing, child, depth);
        }
        html_close(writing->html, TAG_LI);
        if (has_children && depth >= NESTED_MAX) {
            write_children(writing, child, depth + 1);
        }
    }
}

dp_err team_outline(const struct page_context *page, struct html *html,
                    const struct team_outline *outline)
{
    struct writing writing = { .page = page, .html = html, .outline = outline };
    int32_t root = place_of(outline, (struct team_id){ TEAM_ROOT });
    DP_TRY(start(&writing));
    html_open(html, TAG_DIV);
    html_class(html, "outline");
    if (root != NOBODY) {
        write_box(&writing, root);
        if (writing.first_child[root] != NOBODY) {
            write_branch(&writing, root, 0);
        }
    }
    html_close(html, TAG_DIV);
    return DP_SUCCESS;
}
