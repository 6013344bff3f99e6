/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The organisation's questions, out as a file and in again.
 *
 *   columns   code, theme, text_en, text_de          required
 *             scale (agree, day), reversed, active   what is missing stays, or agree, no, yes
 *             version                                written by the export, passed over on the way in
 *
 * A question whose text, scale or direction changes gets a new version; the old one stays, and so
 * does everything that was answered to it. Switching a question off or on makes no version. A code
 * keeps its theme for ever, because the figures of a theme are made of its codes. Questions that the
 * file does not name stay as they are.
 */

#include "app/core/sink.h"
#include "app/service/import/import.h"
#include "app/survey/question.h"

enum { QUESTIONS_MAX = 1000 };

/** What an import did, or would do. Large (80 KB): keep it off the stack of a thread. */
struct questions_report {
    size_t rows;
    size_t questions_new;
    size_t reworded; /* new versions */
    size_t switched; /* on or off, and nothing else */
    size_t same;
    bool is_anchor_reworded; /* the index will compare two wordings: worth a warning */
    bool is_same;            /* nothing differs; nothing was written */
    bool is_dry_run;
    struct import_problems problems;
};

/** Imports questions, whole or not at all.
 * Gives: the report in every case. Fails: DP_INVALID, DP_NOT_UTF8, DP_TOO_LONG (the file; `problem`
 * has the first of its problems), DP_NO_MEMORY, and as store_write(). */
dp_err questions_import(struct store *office, const struct clock *clock,
                        const struct import_file *file, struct questions_report *report,
                        struct dp_problem *problem);

/** Writes the newest version of each question, as questions_import() reads them. Fails: as
 * store_read(), and as the sink. */
dp_err questions_export(struct store *office, struct sink *out);

/** The newest version of each question, by id, as calendar_plan() wants them.
 * Owns: the caller; `*questions` ends with mem_free(). Fails: DP_NO_MEMORY, as store_get(). */
dp_err questions_load(struct store_txn *txn, struct question **questions, size_t *count);

/** Puts the built-in questions into an office that has none; only inside a job. */
dp_err questions_put_defaults(struct store_txn *txn);
