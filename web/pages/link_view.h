/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The pieces of the page about one outcome (page_link.c): charts in link_charts.c, cards in
 * link_cards.c, the question asked in advance in link_question.c. What may be said was decided in app/stats, and which words in app/text.
 */

#include "app/service/link/primary.h"
#include "app/text/verdict_text.h"
#include "web/pages/services.h"

struct link_view {
    struct page_context *page;
    struct html html;
    const struct link_answer *answer;
    struct verdict_subject subject;
    struct str name;                       /* of the outcome, as it stands alone */
    const struct primary_entry *questions; /* all that were asked in advance, newest first */
    size_t question_count;
};

enum { LINK_PARAGRAPH_MAX = 4096 };

/** The view's language, and a paragraph that was built by app/text, in the arena. */
enum language link_language(const struct link_view *view);
struct str link_copied(const struct link_view *view, const struct buf *text);

/** A paragraph of its own. */
void link_paragraph(struct link_view *view, struct str text);

/** Green for a finding, amber for one that asks to check the data, plain for all else. */
enum parts_tone link_tone(const struct lagscan_result *scan);

/* ---- link_charts.c ---- */

/** Both curves; the outcome is shifted only when the evidence allows to name a lag.
 * Fails: DP_NO_MEMORY. */
dp_err link_curves(struct link_view *view);

/** Every lag with the band of chance, unless there is nothing to draw. Fails: DP_NO_MEMORY. */
dp_err link_lags(struct link_view *view);

/* ---- link_cards.c ---- */

/** The verdict: grade, sentence, evidence. */
void link_verdict_card(struct link_view *view);

/** Both directions side by side, in equal words; nothing when the question was refused. */
void link_directions(struct link_view *view);

/** Each team's own r, when the teams differ. */
void link_teams_card(struct link_view *view);

/** What all this rests on, and how it was worked out. */
void link_basis(struct link_view *view);
void link_detail(struct link_view *view);

/* ---- link_question.c ---- */

/** The question that was asked in advance and its answer. */
void link_primary_card(struct link_view *view);

/** The form that registers a question, and the earlier ones. Fails: DP_NO_MEMORY, DP_IO. */
dp_err link_question_form(struct link_view *view);
void link_question_history(struct link_view *view);
