/* SPDX-License-Identifier: MIT */
#include "app/service/correction/correction.h"

#define INDEX         "index"
#define THEME_PREFIX  "theme:"
#define METRIC_PREFIX "metric:"

struct str correction_target_name(struct arena *arena, enum correction_target target,
                                  const char *code)
{
    switch (target) {
    case CORRECTION_ON_THEME:
        return arena_fmt(arena, THEME_PREFIX "%s", code);
    case CORRECTION_ON_OUTCOME:
        return arena_fmt(arena, METRIC_PREFIX "%s", code);
    case CORRECTION_ON_INDEX:
    case CORRECTION_TARGET_COUNT:
        break;
    }
    return STR(INDEX);
}

/* Gives what stands behind the prefix; empty without it. */
static struct str behind(struct str text, struct str prefix)
{
    return str_starts_with(text, prefix) ? str_slice(text, prefix.len, text.len) : STR("");
}

dp_err correction_target_parse(struct str text, struct correction *out)
{
    struct str theme = behind(text, STR(THEME_PREFIX));
    struct str metric = behind(text, STR(METRIC_PREFIX));
    bool is_index = str_equal(text, STR(INDEX));
    struct str code = is_index ? text : theme.len > 0 ? theme : metric;
    if (code.len == 0 || !str_copy(code, out->expected, sizeof out->expected)) {
        return err_make(DP_INVALID);
    }
    out->target = is_index        ? CORRECTION_ON_INDEX
                  : theme.len > 0 ? CORRECTION_ON_THEME
                                  : CORRECTION_ON_OUTCOME;
    return DP_SUCCESS;
}
