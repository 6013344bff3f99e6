/* SPDX-License-Identifier: MIT */
#include "app/text/text.h"

#include <string.h>

#include "app/text/format.h"

struct row {
    const char *name;
    const char *signature;
    const char *words[LANGUAGE_COUNT];
};

#define TEXT_ROW(id, signature_, en, de) \
    [id] = { .name = #id,                \
             .signature = signature_,    \
             .words = { [LANGUAGE_EN] = en, [LANGUAGE_DE] = de } },
static const struct row rows[TEXT_COUNT] = {
#include "app/text/alert.def"
#include "app/text/answer.def"
#include "app/text/common.def"
#include "app/text/correction.def"
#include "app/text/correction_page.def"
#include "app/text/hr.def"
#include "app/text/import.def"
#include "app/text/link.def"
#include "app/text/page.def"
#include "app/text/theme.def"
};
#undef TEXT_ROW

/* For one, for more, and for more in the dative. */
static const char *const units[TEXT_UNIT_COUNT][LANGUAGE_COUNT][3] = {
    [TEXT_DAYS] = { { "day", "days", "days" }, { "Tag", "Tage", "Tagen" } },
    [TEXT_WEEKS] = { { "week", "weeks", "weeks" }, { "Woche", "Wochen", "Wochen" } },
    [TEXT_FORTNIGHTS] = { { "fortnight", "fortnights", "fortnights" },
                          { "Doppelwoche", "Doppelwochen", "Doppelwochen" } },
    [TEXT_MONTHS] = { { "month", "months", "months" }, { "Monat", "Monate", "Monaten" } },
};

struct text_value text_int(int64_t value)
{
    return (struct text_value){ .kind = 'i', .whole = value };
}

struct text_value text_number(double value, int decimals)
{
    return (struct text_value){ .kind = 'f', .number = value, .decimals = decimals };
}

struct text_value text_pct(double pct, int decimals)
{
    return (struct text_value){ .kind = 'p', .number = pct, .decimals = decimals };
}

struct text_value text_word(struct str word)
{
    return (struct text_value){ .kind = 's', .word = word };
}

struct text_value text_date(struct date date)
{
    return (struct text_value){ .kind = 'd', .date = date };
}

struct text_value text_week(struct date date)
{
    return (struct text_value){ .kind = 'w', .date = date };
}

struct text_value text_time(int minute)
{
    return (struct text_value){ .kind = 't', .whole = minute };
}

struct text_value text_span(int64_t count, enum text_unit unit)
{
    DP_CHECK(unit >= 0 && unit < TEXT_UNIT_COUNT);
    return (struct text_value){ .kind = 'u', .whole = count, .unit = unit };
}

static const struct row *row_of(enum text text, enum language language)
{
    DP_CHECK(text >= 0 && text < TEXT_COUNT);
    DP_CHECK(language >= 0 && language < LANGUAGE_COUNT);
    return &rows[text];
}

struct str text_plain(enum language language, enum text text)
{
    const struct row *row = row_of(text, language);
    DP_CHECK(row->signature[0] == '\0');
    return str_of(row->words[language]);
}

static void add_span(struct buf *out, enum language language, const struct text_value *value,
                     char form)
{
    size_t many = form == '~' ? 2 : 1;
    if (form != '_') {
        format_int(out, language, value->whole);
    }
    if (form != '_' && form != '#') {
        buf_add_char(out, ' ');
    }
    if (form != '#') {
        buf_add_text(out, units[value->unit][language][value->whole == 1 ? 0 : many]);
    }
}

static void add_word(struct buf *out, struct str word, char form)
{
    if (form == '^' && word.len > 0 && word.ptr[0] >= 'a' && word.ptr[0] <= 'z') {
        buf_add_char(out, (char)(word.ptr[0] - 'a' + 'A'));
        word = str_slice(word, 1, word.len);
    }
    buf_add(out, word);
}

static void add_value(struct buf *out, enum language language, const struct text_value *value,
                      char form)
{
    switch (value->kind) {
    case 'i':
        format_int(out, language, value->whole);
        return;
    case 'f':
        if (form == '+') {
            format_signed(out, language, value->number, value->decimals);
        } else {
            format_number(out, language, value->number, value->decimals);
        }
        return;
    case 'p':
        format_pct(out, language, value->number, value->decimals);
        return;
    case 's':
        add_word(out, value->word, form);
        return;
    case 'd':
        format_date(out, language, value->date);
        return;
    case 'w':
        format_week(out, language, value->date);
        return;
    case 't':
        format_time(out, language, (int)value->whole);
        return;
    case 'u':
        add_span(out, language, value, form);
        return;
    default:
        DP_CHECK(false);
    }
}

/* What stands between braces: a digit, then nothing, one form character, or |one|many. */
static void add_place(struct buf *out, enum language language, struct str place,
                      struct text_values values)
{
    DP_CHECK(place.len > 0 && place.ptr[0] >= '0' && place.ptr[0] <= '9');
    size_t index = (size_t)(place.ptr[0] - '0');
    DP_CHECK(index < values.count);
    const struct text_value *value = &values.items[index];
    if (place.len <= 2) {
        add_value(out, language, value, place.len == 2 ? place.ptr[1] : '\0');
        return;
    }
    DP_CHECK(place.ptr[1] == '|' && (value->kind == 'i' || value->kind == 'u'));
    struct str many = str_slice(place, 2, place.len);
    struct str one = { 0 };
    DP_CHECK(str_next(&many, '|', &one));
    buf_add(out, value->whole == 1 ? one : many);
}

void text_add(struct buf *out, enum language language, enum text text,
              struct text_values values)
{
    const struct row *row = row_of(text, language);
    DP_CHECK(strlen(row->signature) == values.count);
    for (size_t i = 0; i < values.count; i++) {
        DP_CHECK(values.items[i].kind == row->signature[i]);
    }
    struct str rest = str_of(row->words[language]);
    while (rest.len > 0) {
        size_t open = str_find_char(rest, '{');
        buf_add(out, str_slice(rest, 0, open));
        rest = str_slice(rest, open, rest.len);
        if (rest.len == 0) {
            return;
        }
        size_t close = str_find_char(rest, '}');
        DP_CHECK(close < rest.len);
        add_place(out, language, str_slice(rest, 1, close - 1), values);
        rest = str_slice(rest, close + 1, rest.len);
    }
}

struct str text_in(struct arena *arena, enum language language, enum text text,
                   struct text_values values)
{
    BUF_AUTO struct buf made = buf_new(TEXT_SENTENCE_MAX * 4);
    text_add(&made, language, text, values);
    if (!err_is_ok(buf_finish(&made))) {
        arena->has_overflowed = true;
        return (struct str){ 0 };
    }
    return arena_copy(arena, buf_str(&made));
}

void text_copy(char *out, size_t out_size, enum language language, enum text text,
               struct text_values values)
{
    DP_CHECK(out_size > 0);
    BUF_AUTO struct buf made = buf_new(TEXT_SENTENCE_MAX * 4);
    text_add(&made, language, text, values);
    struct str s = buf_str(&made);
    size_t len = s.len < out_size ? s.len : out_size - 1;
    while (len > 0 && len < s.len && ((unsigned char)s.ptr[len] & 0xc0) == 0x80) {
        len--;
    }
    if (len > 0) {
        memcpy(out, s.ptr, len);
    }
    out[len] = '\0';
}

struct str text_unit_name(enum language language, enum text_unit unit)
{
    DP_CHECK(unit >= 0 && unit < TEXT_UNIT_COUNT);
    DP_CHECK(language >= 0 && language < LANGUAGE_COUNT);
    return str_of(units[unit][language][1]);
}

const char *text_name(enum text text)
{
    return row_of(text, LANGUAGE_EN)->name;
}

const char *text_signature(enum text text)
{
    return row_of(text, LANGUAGE_EN)->signature;
}

const char *text_words(enum language language, enum text text)
{
    return row_of(text, language)->words[language];
}
