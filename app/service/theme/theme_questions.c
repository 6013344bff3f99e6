/* SPDX-License-Identifier: MIT */
#include "app/service/theme/theme_questions.h"

#include <stdlib.h>

#include "storage/difficulty_record.h"
#include "storage/question_record.h"

struct walk {
    enum theme theme;
    struct theme_question *items;
    size_t count;
};

static bool take_wording(const struct question *question, void *context)
{
    struct walk *walk = context;
    if (question->theme == walk->theme && walk->count < THEME_QUESTIONS_MAX) {
        walk->items[walk->count++] = (struct theme_question){ .question = *question };
    }
    return true;
}

/* Wordings come by question and version: the last of each question is the latest. */
static void mark_latest(struct walk *walk)
{
    for (size_t i = 0; i < walk->count; i++) {
        bool is_last = i + 1 == walk->count || walk->items[i + 1].question.id.value !=
                                                   walk->items[i].question.id.value;
        walk->items[i].is_latest = is_last;
    }
}

static dp_err add_difficulty(struct store_txn *txn, struct theme_question *item)
{
    struct difficulty difficulty;
    dp_err err = difficulty_record_get(txn, item->question.id, item->question.version,
                                       &difficulty);
    if (err_is(err, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(err);
    item->weeks = difficulty.weeks;
    item->answers = difficulty.answers;
    item->is_adjusted = difficulty.is_used;
    item->effect = difficulty.is_used ? difficulty.effect : 0.0;
    return DP_SUCCESS;
}

/* Keeps what is asked today and what was asked. */
static void drop_unused(struct walk *walk)
{
    size_t kept = 0;
    for (size_t i = 0; i < walk->count; i++) {
        const struct theme_question *item = &walk->items[i];
        if ((item->is_latest && item->question.is_active) || item->weeks > 0) {
            walk->items[kept++] = *item;
        }
    }
    walk->count = kept;
}

/* Keeps the wordings, and of their figures only what the viewer may see. */
static void show_figures(struct walk *walk, struct team_id scope)
{
    for (size_t i = 0; i < walk->count; i++) {
        struct theme_question *item = &walk->items[i];
        item->has_figures = scope.value == TEAM_ROOT;
        if (!item->has_figures) {
            *item = (struct theme_question){ .question = item->question,
                                             .is_latest = item->is_latest };
        }
    }
}

static int by_question_newest_first(const void *a, const void *b)
{
    const struct question *left = &((const struct theme_question *)a)->question;
    const struct question *right = &((const struct theme_question *)b)->question;
    if (left->id.value != right->id.value) {
        return left->id.value < right->id.value ? -1 : 1;
    }
    return left->version > right->version ? -1 : left->version < right->version;
}

dp_err theme_questions_of(const struct appliance *appliance, struct team_id scope,
                          enum theme theme, struct arena *arena,
                          const struct theme_question **questions, size_t *count)
{
    struct walk walk = { .theme = theme,
                         .items = arena_take(arena, THEME_QUESTIONS_MAX, sizeof *walk.items) };
    if (walk.items == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(question_record_each(txn, take_wording, &walk));
    mark_latest(&walk);
    for (size_t i = 0; i < walk.count; i++) {
        DP_TRY(add_difficulty(txn, &walk.items[i]));
    }
    drop_unused(&walk);
    show_figures(&walk, scope);
    qsort(walk.items, walk.count, sizeof walk.items[0], by_question_newest_first);
    *questions = walk.items;
    *count = walk.count;
    return DP_SUCCESS;
}
