/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Sample pages with made-up numbers, for the gallery and for the tests that hold properties of whole
 * pages (size of the phone pages, no inline style, balanced markup).
 */

#include "app/core/arena.h"
#include "app/core/buf.h"

struct sample {
    const char *name;
    bool is_phone;
    dp_err (*write)(struct buf *out, struct arena *arena);
};

const struct sample *samples_all(size_t *count);

dp_err samples_answer(struct buf *out, struct arena *arena);
dp_err samples_thanks(struct buf *out, struct arena *arena);
dp_err samples_message(struct buf *out, struct arena *arena);
dp_err samples_login(struct buf *out, struct arena *arena);
dp_err samples_overview(struct buf *out, struct arena *arena);
dp_err samples_trend(struct buf *out, struct arena *arena);
dp_err samples_link(struct buf *out, struct arena *arena);
dp_err samples_teams(struct buf *out, struct arena *arena);
