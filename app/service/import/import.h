/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What all imports of files share: the file that comes in, and the list of all that is wrong with
 * it. A file is taken whole or not at all, so every bad cell is collected (the first hundred are
 * kept) before anything is written, and somebody can mend them in one go.
 */

#include "app/core/clock.h"
#include "app/core/secret.h"
#include "app/text/text.h"
#include "storage/import_record.h"

enum { IMPORT_PROBLEMS_MAX = 100 };

/** A file on its way in. */
struct import_file {
    struct str bytes;       /* its content */
    const char *name;       /* for problems and the audit chain; folders in front are dropped */
    const char *actor;      /* a login, "cli", "api" */
    enum language language; /* of the sentences about problems */
    struct date today;      /* the organisation's local date */
    bool is_dry_run;        /* say what would change, change nothing */
};

/** What is wrong, in the order of the file. About 80 KB: keep it off the stack of a thread. */
struct import_problems {
    size_t total; /* found */
    size_t count; /* kept in `items` */
    struct dp_problem items[IMPORT_PROBLEMS_MAX];
};

/** Adds a problem; the file's name is put in. */
void import_add_problem(struct import_problems *problems, const struct import_file *file,
                        const struct dp_problem *problem);

/** Sorts what was found and says how it stands.
 * Gives: DP_SUCCESS when nothing is wrong; else DP_INVALID and the first problem in `problem`
 * (which may be NULL). */
dp_err import_finish(struct import_problems *problems, struct dp_problem *problem);

/** The file's name without folders, as it may be stored. */
void import_base_name(const char *name, char out[NAME_MAX_BYTES]);

/** What was imported. */
struct import_done {
    enum import_kind kind;
    const struct secret_hash *hash; /* of what makes the same file the same import */
    size_t rows;
};

/** Notes in the store that a file was imported; only inside a job. Gives its id. */
dp_err import_note(struct store_txn *txn, const struct import_file *file,
                   const struct import_done *done, struct import_id *id);

/** One line in the audit chain; only inside a job. */
dp_err import_audit(struct store_txn *txn, const struct clock *clock, const char *actor,
                    const char *action, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
