/* SPDX-License-Identifier: MIT */
#include "web/html/charts/gaps.h"

size_t gaps_index(struct gaps *gaps, struct str reason)
{
    size_t at = 0;
    while (at < gaps->count && !str_equal(gaps->reasons[at], reason)) {
        at++;
    }
    if (at == CHART_REASONS_MAX) {
        at--;
    } else if (at == gaps->count) {
        gaps->reasons[at] = reason;
        gaps->count++;
    }
    gaps->counts[at]++;
    return at;
}

struct str gaps_letter(size_t index)
{
    static const char letters[] = "abcdefghijkl";
    DP_CHECK(index < CHART_REASONS_MAX);
    return (struct str){ &letters[index], 1 };
}

void gaps_list(struct html *html, const struct gaps *gaps)
{
    if (gaps->count == 0) {
        return;
    }
    html_open(html, TAG_UL);
    html_class(html, "gaps");
    for (size_t i = 0; i < gaps->count; i++) {
        html_open(html, TAG_LI);
        html_leaf(html, TAG_B, NULL, gaps_letter(i));
        html_fmt(html, " %.*s (%zu)", STR_ARG(gaps->reasons[i]), gaps->counts[i]);
        html_close(html, TAG_LI);
    }
    html_close(html, TAG_UL);
}
