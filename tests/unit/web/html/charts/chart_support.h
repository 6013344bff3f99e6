/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What the tests of the charts share: words, a writer on a buffer that is checked at its end, and
 * looking for a text in what was written. Include cmocka first.
 */

#include <string.h>

#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "web/html/charts/chart.h"

enum { SHEET_MAX = 1 << 20 };

struct sheet {
    struct buf out;
    struct html html;
};

#define TEXT(literal)                \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static const struct chart_words test_words = {
    .show_table = TEXT("Show as a table"),
    .period = TEXT("Week"),
    .value = TEXT("Mean"),
    .interval = TEXT("95% interval"),
    .to = TEXT("to"),
    .answers = TEXT("Answers"),
    .lag = TEXT("Lag"),
    .pairs = TEXT("Pairs"),
    .limit = TEXT("By chance"),
    .no_value = TEXT("No figure"),
};

static inline struct chart_frame test_frame(void)
{
    return (struct chart_frame){ .id = STR("c1"),
                                 .title = STR("Title & more"),
                                 .sentence = STR("Up 0.3 <since> then."),
                                 .numbers = { '.', 1 },
                                 .words = &test_words };
}

static inline void sheet_start(struct sheet *sheet)
{
    sheet->out = buf_new(SHEET_MAX);
    sheet->html = html_new(&sheet->out);
}

static inline void sheet_finish(struct sheet *sheet)
{
    char why[HTMLCHECK_WHY_MAX];
    assert_ok(html_finish(&sheet->html));
    if (!htmlcheck(buf_str(&sheet->out), why)) {
        fail_msg("%s", why);
    }
}

static inline void sheet_free(struct sheet *sheet)
{
    buf_free(&sheet->out);
}

/* How often a text stands in the sheet. */
static inline size_t sheet_count(const struct sheet *sheet, const char *text)
{
    size_t count = 0;
    const char *at = sheet->out.data;
    size_t left = sheet->out.len;
    const char *found = memmem(at, left, text, strlen(text));
    while (found != NULL) {
        count++;
        left -= (size_t)(found - at) + 1;
        at = found + 1;
        found = memmem(at, left, text, strlen(text));
    }
    return count;
}

static inline bool sheet_has(const struct sheet *sheet, const char *text)
{
    return sheet_count(sheet, text) > 0;
}

static inline struct chart_point test_point(double value, double half, int64_t n)
{
    return (struct chart_point){ .has_value = true,
                                 .has_interval = true,
                                 .value = value,
                                 .low = value - half,
                                 .high = value + half,
                                 .n = n };
}

static inline struct chart_point test_missing(const char *reason)
{
    return (struct chart_point){ .reason = str_of(reason) };
}
