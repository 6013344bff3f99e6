/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Every sentence a person reads, in every language. A sentence is a row in one of the .def files
 * beside this header; the row makes its name, says which values it takes, and holds the words:
 *
 *   TEXT_ROW(TEXT_THANKS_UNTIL, "t", "Until {0} you can change it.", "Bis {0} kannst du sie ändern.")
 *
 * To add a sentence, add a row: a missing language does not compile, and a test holds each row's
 * values and words against its signature. The words are never data: what comes from people (names,
 * labels) goes in as a value and is put in as it is; the HTML writer escapes the whole.
 *
 *   signature   made by                      shown as (English)
 *   i           text_int(12345)              12,345
 *   f           text_number(3.7, 2)          3.70
 *   p           text_pct(48.0, 0)            48%
 *   s           text_word(str)               the word itself
 *   d           text_date(date)              9 March 2026
 *   w           text_week(date)              week 11 of 2026
 *   t           text_time(690)               11:30
 *   u           text_span(2, TEXT_WEEKS)     2 weeks
 *
 *   in the words   means
 *   {0}            the first value
 *   {0|day|days}   the first or second word, as the count 0 (i or u) is 1 or not
 *   {0^}           its first letter as a capital
 *   {0+}           with a sign also above 0 (f)
 *   {0#}           of a span the number alone
 *   {0_}           of a span the word alone
 *   {0~}           of a span the dative, where the language has one
 */

#include "app/core/arena.h"
#include "app/core/buf.h"
#include "app/survey/ids.h"

#define TEXT_ROW(id, signature, en, de) id,
enum text {
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
    TEXT_COUNT
};
#undef TEXT_ROW

enum text_unit { TEXT_DAYS, TEXT_WEEKS, TEXT_FORTNIGHTS, TEXT_MONTHS, TEXT_UNIT_COUNT };

enum { TEXT_VALUES_MAX = 8, TEXT_SENTENCE_MAX = 2048 };

/** One value for a sentence; make it with the functions below. */
struct text_value {
    char kind; /* its letter in the signature */
    int decimals;
    enum text_unit unit;
    int64_t whole;
    double number;
    struct date date;
    struct str word;
};

struct text_value text_int(int64_t value);
struct text_value text_number(double value, int decimals);
struct text_value text_pct(double pct, int decimals);
/** Takes: the word stays alive until the sentence is made. */
struct text_value text_word(struct str word);
struct text_value text_date(struct date date);
struct text_value text_week(struct date date);
struct text_value text_time(int minute);
struct text_value text_span(int64_t count, enum text_unit unit);

/** The values of one sentence in a row: TEXT_VALUES(text_int(5), text_date(day)). */
struct text_values {
    const struct text_value *items;
    size_t count;
};
#define TEXT_VALUES(...)                                                        \
    ((struct text_values){ (const struct text_value[]){ __VA_ARGS__ },          \
                           sizeof((const struct text_value[]){ __VA_ARGS__ }) / \
                               sizeof(struct text_value) })

/** A sentence that takes no values. Lives for ever. */
struct str text_plain(enum language language, enum text text);

/** Appends a sentence. Values that don't match its signature are a mistake of the caller's. */
void text_add(struct buf *out, enum language language, enum text text,
              struct text_values values);

/** The same as a view into the arena; empty once the arena has overflowed. */
struct str text_in(struct arena *arena, enum language language, enum text text,
                   struct text_values values);

/** For problems and fixed fields: cut at a whole character if it does not fit, always terminated. */
void text_copy(char *out, size_t out_size, enum language language, enum text text,
               struct text_values values);

/** "weeks", "Wochen": the word alone, for more than one. */
struct str text_unit_name(enum language language, enum text_unit unit);

/** "en", "de"; and what a language calls itself. */
const char *text_language_code(enum language language);
const char *text_language_name(enum language language);

/** Reads a language's code, in any case, a region behind it ignored ("de-AT").
 * Fails: DP_INVALID (not a language we have). */
dp_err text_language_parse(struct str code, enum language *language);

/** The best language for an Accept-Language header, else `fallback`. */
enum language text_language_accept(struct str header, enum language fallback);

/** For tests and tools: a row's name, signature and words. */
const char *text_name(enum text text);
const char *text_signature(enum text text);
const char *text_words(enum language language, enum text text);
