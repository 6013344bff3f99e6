/* SPDX-License-Identifier: MIT */
#include "app/service/import/import.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/audit_record.h"
#include "storage/sequence_record.h"

/* The longest beginning that fits and does not cut a character. */
static void copy_cut(struct str from, char *out, size_t out_size)
{
    size_t len = from.len < out_size ? from.len : out_size - 1;
    len = str_utf8_prefix(str_slice(from, 0, len));
    if (len > 0) {
        memcpy(out, from.ptr, len);
    }
    out[len] = '\0';
}

void import_base_name(const char *name, char out[NAME_MAX_BYTES])
{
    struct str whole = str_of(name);
    size_t from = whole.len;
    while (from > 0 && whole.ptr[from - 1] != '/' && whole.ptr[from - 1] != '\\') {
        from--;
    }
    copy_cut(str_slice(whole, from, whole.len), out, NAME_MAX_BYTES);
    for (char *at = out; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20) {
            *at = '?';
        }
    }
}

void import_add_problem(struct import_problems *problems, const struct import_file *file,
                        const struct dp_problem *problem)
{
    problems->total++;
    if (problems->count == IMPORT_PROBLEMS_MAX) {
        return;
    }
    struct dp_problem *kept = &problems->items[problems->count++];
    *kept = *problem;
    import_base_name(file->name, kept->file);
}

static int by_place(const void *a, const void *b)
{
    const struct dp_problem *x = a;
    const struct dp_problem *y = b;
    if (x->line != y->line) {
        return x->line < y->line ? -1 : 1;
    }
    return (x->column > y->column) - (x->column < y->column);
}

dp_err import_finish(struct import_problems *problems, struct dp_problem *problem)
{
    if (problems->total == 0) {
        return DP_SUCCESS;
    }
    qsort(problems->items, problems->count, sizeof problems->items[0], by_place);
    if (problem != NULL) {
        *problem = problems->items[0];
    }
    return err_make(DP_INVALID);
}

dp_err import_note(struct store_txn *txn, const struct import_file *file,
                   const struct import_done *done, struct import_id *id)
{
    uint64_t number = 0;
    DP_TRY(sequence_record_next(txn, SEQUENCE_IMPORT, &number));
    struct import import = {
        .id = { (uint32_t)number },
        .kind = done->kind,
        .hash = *done->hash,
        .rows = (uint32_t)done->rows,
        .date = file->today,
    };
    import_base_name(file->name, import.file_name);
    copy_cut(str_of(file->actor), import.actor, sizeof import.actor);
    *id = import.id;
    return import_record_put(txn, &import);
}

dp_err import_audit(struct store_txn *txn, const struct clock *clock, const char *actor,
                    const char *action, const char *format, ...)
{
    struct audit_entry entry = { .at_s = clock_wall_s(clock) };
    char detail[AUDIT_DETAIL_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    copy_cut(str_of(actor), entry.actor, sizeof entry.actor);
    copy_cut(str_of(action), entry.action, sizeof entry.action);
    copy_cut(str_of(detail), entry.detail, sizeof entry.detail);
    return audit_record_append(txn, &entry);
}
