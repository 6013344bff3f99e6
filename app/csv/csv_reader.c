/* SPDX-License-Identifier: MIT */
#include "app/csv/csv_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/core/buf.h"
#include "app/core/mem.h"
#include "app/core/suggest.h"

enum {
    WORD_BYTES = 8,
    UNQUOTED_BYTES = 2 * CSV_READER_COLUMNS_MAX *
                     CSV_READER_FIELD_BYTES_MAX, /* names and a row */
    NAME_SHOWN_BYTES = 64,
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "the lowest byte of a word comes first");

/* ---- Places and problems ------------------------------------------------------------------------ */

/* Line ends between two places; CR LF is one. */
static size_t line_ends(struct str text, size_t from, size_t to)
{
    size_t count = 0;
    for (size_t i = from; i < to; i++) {
        if (text.ptr[i] > '\r') {
            continue; /* nearly always */
        }
        bool is_end = text.ptr[i] == '\n' || text.ptr[i] == '\r';
        bool is_half = text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n';
        count += is_end && !is_half;
    }
    return count;
}

/* The column of a byte in its line, in characters. */
static size_t column_at(struct str text, size_t at)
{
    size_t start = at;
    while (start > 0 && text.ptr[start - 1] != '\n' && text.ptr[start - 1] != '\r') {
        start--;
    }
    return str_code_points(str_slice(text, start, at - start)) + 1;
}

/* A problem at a byte of the row that starts at row_at. */
__attribute__((format(printf, 5, 6))) static dp_err fail_at(const struct csv_reader *csv,
                                                            size_t at, enum dp_code code,
                                                            struct dp_problem *problem,
                                                            const char *format, ...)
{
    char sentence[PROBLEM_SENTENCE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    size_t line = csv->row_line + line_ends(csv->text, csv->row_at, at);
    err_ignore(problem_set(problem, line, column_at(csv->text, at), "%s", sentence));
    return err_make(code);
}

dp_err csv_reader_problem(const struct csv_reader *csv, size_t position,
                          struct dp_problem *problem, const char *format, ...)
{
    char sentence[PROBLEM_SENTENCE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    if (position >= csv->fields_count || position >= csv->columns_count) {
        return problem_set(problem, csv->row_line, 0, "%s", sentence);
    }
    return fail_at(csv, csv->starts[position], DP_INVALID, problem, "column %.*s: %s",
                   STR_ARG(str_clip(csv->names[position], NAME_SHOWN_BYTES)), sentence);
}

/* ---- Finding the bytes that mean something ------------------------------------------------------ */

/* 0x80 in each byte of the word that equals c, exactly (no carries between bytes). */
static uint64_t marks_of(uint64_t word, char c)
{
    const uint64_t low_bits = 0x7f7f7f7f7f7f7f7fu;
    uint64_t zeros = word ^ (0x0101010101010101u * (uint8_t)c);
    return ~(((zeros & low_bits) + low_bits) | zeros | low_bits);
}

/* Separators, quotes and line ends in the eight bytes from `at`. */
static uint64_t read_word(const struct csv_reader *csv, size_t at)
{
    uint64_t word = 0;
    size_t left = csv->text.len - at;
    if (left >= WORD_BYTES) {
        memcpy(&word, csv->text.ptr + at, WORD_BYTES);
    } else {
        memcpy(&word, csv->text.ptr + at, left);
    }
    return marks_of(word, csv->separator) | marks_of(word, '"') | marks_of(word, '\n') |
           marks_of(word, '\r');
}

/* The first special byte at or behind `from`, or the text's end. Fields are short, so the marks of
 * one word serve several calls. */
static size_t find_special(struct csv_reader *csv, size_t from)
{
    uint64_t marks = 0;
    if (from >= csv->word_at && from - csv->word_at < WORD_BYTES) {
        marks = csv->word_marks & UINT64_MAX << (from - csv->word_at) * 8;
    } else {
        csv->word_at = from - WORD_BYTES; /* may wrap; the loop steps forward first */
    }
    while (marks == 0) {
        csv->word_at += WORD_BYTES;
        if (csv->word_at >= csv->text.len) {
            csv->word_marks = 0;
            return csv->text.len;
        }
        csv->word_marks = read_word(csv, csv->word_at);
        marks = csv->word_marks;
    }
    return csv->word_at + (size_t)__builtin_ctzll(marks) / 8;
}

/* ---- Fields and rows ---------------------------------------------------------------------------- */

/* Puts the content of a quoted field together again, one quote for each two. */
static dp_err unquote(struct csv_reader *csv, struct str content, size_t doubled_count,
                      struct str *out)
{
    if (csv->unquoted == NULL) {
        csv->unquoted = mem_new(UNQUOTED_BYTES, 1);
    }
    if (csv->unquoted == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_CHECK(content.len - doubled_count <= UNQUOTED_BYTES - csv->unquoted_used);
    char *made = csv->unquoted + csv->unquoted_used;
    size_t len = 0;
    for (size_t i = 0; i < content.len; i++) {
        made[len++] = content.ptr[i];
        i += content.ptr[i] == '"' ? 1 : 0;
    }
    csv->unquoted_used += len;
    *out = (struct str){ made, len };
    return DP_SUCCESS;
}

static bool is_field_end(const struct csv_reader *csv, size_t at)
{
    if (at == csv->text.len) {
        return true;
    }
    char c = csv->text.ptr[at];
    return c == csv->separator || c == '\n' || c == '\r';
}

/* The place of the quote that closes a field, or the text's end; counts the doubled ones before. */
static size_t find_closing_quote(struct str text, size_t from, size_t *doubled_count)
{
    *doubled_count = 0;
    for (;;) {
        size_t at = from + str_find_char(str_slice(text, from, text.len), '"');
        if (at + 1 >= text.len || text.ptr[at + 1] != '"') {
            return at;
        }
        (*doubled_count)++;
        from = at + 2;
    }
}

static dp_err check_length(const struct csv_reader *csv, size_t at, size_t len,
                           struct dp_problem *problem)
{
    if (len <= CSV_READER_FIELD_BYTES_MAX) {
        return DP_SUCCESS;
    }
    return fail_at(csv, at, DP_TOO_LONG, problem,
                   "This field is longer than %d bytes; perhaps a quote is missing",
                   CSV_READER_FIELD_BYTES_MAX);
}

/* Reads the field whose opening quote is at `*at`; leaves `*at` at the byte behind it. */
static dp_err read_quoted(struct csv_reader *csv, size_t *at, struct str *out,
                          struct dp_problem *problem)
{
    size_t start = *at + 1;
    size_t doubled_count = 0;
    size_t close = find_closing_quote(csv->text, start, &doubled_count);
    if (close >= csv->text.len) {
        return fail_at(csv, *at, DP_INVALID, problem,
                       "The quote that opens here is never closed");
    }
    if (!is_field_end(csv, close + 1)) {
        return fail_at(
            csv, close + 1, DP_INVALID, problem,
            "There is text behind the closing quote; a quote inside a quoted field is "
            "written twice");
    }
    struct str content = str_slice(csv->text, start, close - start);
    DP_TRY(check_length(csv, *at, content.len - doubled_count, problem));
    *at = close + 1;
    *out = content;
    csv->line += line_ends(csv->text, start, close);
    return doubled_count == 0 ? DP_SUCCESS : unquote(csv, content, doubled_count, out);
}

static dp_err read_field(struct csv_reader *csv, size_t *at, struct str *out,
                         struct dp_problem *problem)
{
    size_t start = *at;
    size_t end = find_special(csv, start);
    if (end < csv->text.len && csv->text.ptr[end] == '"') {
        if (end == start) {
            return read_quoted(csv, at, out, problem);
        }
        return fail_at(
            csv, end, DP_INVALID, problem,
            "There is a quote in the middle of a field; put the whole field in quotes "
            "and write the quote twice");
    }
    *out = (struct str){ csv->text.ptr + start, end - start };
    *at = end;
    return out->len <= CSV_READER_FIELD_BYTES_MAX ? DP_SUCCESS
                                                  : check_length(csv, start, out->len, problem);
}

/* Reads one line's fields and moves behind its end. */
static dp_err read_row(struct csv_reader *csv, struct dp_problem *problem)
{
    size_t at = csv->at;
    size_t count = 0;
    csv->row_at = at;
    csv->row_line = csv->line;
    csv->fields_count = 0;
    csv->unquoted_used = csv->unquoted_kept;
    for (;;) {
        if (count == CSV_READER_COLUMNS_MAX) {
            return fail_at(csv, at, DP_TOO_LONG, problem, "This row has more than %d fields",
                           CSV_READER_COLUMNS_MAX);
        }
        csv->starts[count] = at;
        DP_TRY(read_field(csv, &at, &csv->fields[count], problem));
        count++;
        if (at == csv->text.len || csv->text.ptr[at] != csv->separator) {
            break;
        }
        at++;
    }
    csv->fields_count = count;
    bool is_two_bytes = at + 1 < csv->text.len && csv->text.ptr[at] == '\r' &&
                        csv->text.ptr[at + 1] == '\n';
    csv->at = at == csv->text.len ? at : at + (is_two_bytes ? 2 : 1);
    csv->line++;
    return DP_SUCCESS;
}

static bool is_empty_row(const struct csv_reader *csv)
{
    for (size_t i = 0; i < csv->fields_count; i++) {
        if (csv->fields[i].len > 0) {
            return false;
        }
    }
    return true;
}

/* Reads up to the next row that has something in it; fields_count is 0 at the end. */
static dp_err read_filled_row(struct csv_reader *csv, struct dp_problem *problem)
{
    csv->fields_count = 0;
    while (csv->at < csv->text.len) {
        DP_TRY(read_row(csv, problem));
        if (!is_empty_row(csv)) {
            return DP_SUCCESS;
        }
        csv->fields_count = 0;
    }
    return DP_SUCCESS;
}

static dp_err check_width(const struct csv_reader *csv, struct dp_problem *problem)
{
    if (csv->fields_count == csv->columns_count) {
        return DP_SUCCESS;
    }
    bool is_longer = csv->fields_count > csv->columns_count;
    size_t at = csv->starts[is_longer ? csv->columns_count : csv->fields_count - 1];
    return fail_at(csv, at, DP_INVALID, problem,
                   "This row has %zu fields, but the header line names %zu columns",
                   csv->fields_count, csv->columns_count);
}

static dp_err next_row(struct csv_reader *csv, struct dp_problem *problem)
{
    DP_TRY(read_filled_row(csv, problem));
    if (csv->fields_count == 0) {
        return DP_SUCCESS;
    }
    if (csv->rows_count == CSV_READER_ROWS_MAX) {
        return fail_at(csv, csv->row_at, DP_TOO_LONG, problem, "The file has more than %d rows",
                       CSV_READER_ROWS_MAX);
    }
    DP_TRY(check_width(csv, problem));
    csv->rows_count++;
    return DP_SUCCESS;
}

dp_err csv_reader_next(struct csv_reader *csv, bool *has_row, struct dp_problem *problem)
{
    dp_err err = next_row(csv, problem);
    if (!err_is_ok(err)) {
        csv->at = csv->text.len;
        csv->fields_count = 0;
    }
    *has_row = csv->fields_count > 0;
    return err;
}

/* ---- The start of the file ---------------------------------------------------------------------- */

static bool is_utf16(struct str text)
{
    return str_starts_with(text, STR("\xff\xfe")) || str_starts_with(text, STR("\xfe\xff"));
}

static dp_err check_encoding(const struct csv_reader *csv, struct dp_problem *problem)
{
    struct str text = csv->text;
    size_t nul = str_find_char(text, '\0');
    size_t valid = str_utf8_prefix(text);
    if (is_utf16(text) || nul < valid) {
        err_ignore(
            fail_at(csv, is_utf16(text) ? 0 : nul, DP_INVALID, problem,
                    "The file is not plain UTF-8 (perhaps UTF-16); in a spreadsheet, save it "
                    "as \"CSV UTF-8\""));
        return err_make(is_utf16(text) ? DP_NOT_UTF8 : DP_INVALID);
    }
    if (valid < text.len) {
        return fail_at(csv, valid, DP_NOT_UTF8, problem,
                       "The text is not UTF-8 from here on; in a spreadsheet, save it as \"CSV "
                       "UTF-8\"");
    }
    return DP_SUCCESS;
}

/* Whichever of comma, semicolon and tab the first line has most of, quoted parts apart. */
static char find_separator(struct str text)
{
    size_t counts[3] = { 0 };
    bool is_quoted = false;
    bool has_any = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_end = c == '\n' || c == '\r';
        if (is_end && !is_quoted && has_any) {
            break;
        }
        has_any = has_any || !is_end;
        is_quoted = is_quoted != (c == '"');
        counts[0] += c == ',' && !is_quoted;
        counts[1] += c == ';' && !is_quoted;
        counts[2] += c == '\t' && !is_quoted;
    }
    if (counts[0] >= counts[1] && counts[0] >= counts[2]) {
        return ',';
    }
    return counts[1] >= counts[2] ? ';' : '\t';
}

static dp_err read_names(struct csv_reader *csv, struct dp_problem *problem)
{
    DP_TRY(read_filled_row(csv, problem));
    if (csv->fields_count == 0) {
        return problem_set(problem, 1, 1,
                           "The file is empty; its first line must name the columns");
    }
    for (size_t i = 0; i < csv->fields_count; i++) {
        csv->names[i] = str_trim(csv->fields[i]);
        if (csv->names[i].len == 0) {
            return fail_at(csv, csv->starts[i], DP_INVALID, problem,
                           "Column %zu has no name in the header line", i + 1);
        }
    }
    csv->columns_count = csv->fields_count;
    csv->unquoted_kept = csv->unquoted_used;
    return DP_SUCCESS;
}

dp_err csv_reader_open(struct csv_reader *csv, struct str text, struct dp_problem *problem)
{
    memset(csv, 0, sizeof *csv);
    csv->line = 1;
    csv->row_line = 1;
    if (text.len > CSV_READER_BYTES_MAX) {
        err_ignore(problem_set(problem, 0, 0, "The file is longer than %d bytes",
                               CSV_READER_BYTES_MAX));
        return err_make(DP_TOO_LONG);
    }
    if (str_starts_with(text, STR("\xef\xbb\xbf"))) {
        text = str_slice(text, 3, text.len);
    }
    csv->text = text.len == 0 ? STR("") : text;
    DP_TRY(check_encoding(csv, problem));
    csv->separator = find_separator(csv->text);
    csv->word_at = SIZE_MAX;
    return read_names(csv, problem);
}

void csv_reader_close(struct csv_reader *csv)
{
    mem_free(csv->unquoted);
    memset(csv, 0, sizeof *csv);
}

/* ---- Columns by name ---------------------------------------------------------------------------- */

size_t csv_reader_find(const struct csv_reader *csv, struct str name)
{
    for (size_t i = 0; i < csv->columns_count; i++) {
        if (str_equal_nocase(csv->names[i], name)) {
            return i;
        }
    }
    return CSV_READER_ABSENT;
}

struct str csv_reader_field(const struct csv_reader *csv, size_t position)
{
    return position < csv->fields_count ? csv->fields[position] : STR("");
}

/* What is wrong with a header line, gathered into one sentence. */
struct header_faults {
    const struct csv_reader *csv;
    const struct csv_column *columns;
    size_t count;
    struct buf sentence;
    size_t first; /* the column of the file to point at */
};

static void add_fault(struct header_faults *faults, const char *what, struct str name,
                      const char *instead)
{
    if (faults->sentence.len > 0) {
        buf_add(&faults->sentence, STR("; "));
    }
    buf_fmt(&faults->sentence, "%s \"%.*s\"", what, STR_ARG(str_clip(name, NAME_SHOWN_BYTES)));
    if (instead != NULL) {
        buf_fmt(&faults->sentence, " (did you mean \"%s\"?)", instead);
    }
}

static bool is_known(const struct header_faults *faults, struct str name)
{
    for (size_t i = 0; i < faults->count; i++) {
        if (str_equal_nocase(name, str_of(faults->columns[i].name))) {
            return true;
        }
    }
    return false;
}

static void check_file_columns(struct header_faults *faults)
{
    const char *names[CSV_READER_COLUMNS_MAX];
    for (size_t i = 0; i < faults->count; i++) {
        names[i] = faults->columns[i].name;
    }
    for (size_t i = 0; i < faults->csv->columns_count; i++) {
        struct str name = faults->csv->names[i];
        bool is_second = csv_reader_find(faults->csv, name) != i;
        if (!is_second && is_known(faults, name)) {
            continue;
        }
        faults->first = faults->sentence.len == 0 ? i : faults->first;
        add_fault(faults, is_second ? "a second column" : "unknown column", name,
                  is_second ? NULL : suggest_nearest(name, names, faults->count));
    }
}

static void check_wanted_columns(struct header_faults *faults, size_t *positions)
{
    for (size_t i = 0; i < faults->count; i++) {
        struct str name = str_of(faults->columns[i].name);
        positions[i] = csv_reader_find(faults->csv, name);
        if (positions[i] == CSV_READER_ABSENT && faults->columns[i].is_required) {
            add_fault(faults, "missing column", name, NULL);
        }
    }
}

dp_err csv_reader_map(const struct csv_reader *csv, const struct csv_column *columns,
                      size_t count, size_t *positions, struct dp_problem *problem)
{
    DP_CHECK(count <= CSV_READER_COLUMNS_MAX && csv->rows_count == 0);
    struct header_faults faults = {
        .csv = csv,
        .columns = columns,
        .count = count,
        .sentence = buf_new(PROBLEM_SENTENCE_MAX - 64),
    };
    check_file_columns(&faults);
    check_wanted_columns(&faults, positions);
    dp_err err = DP_SUCCESS;
    if (faults.sentence.len > 0) {
        struct str sentence = buf_str(&faults.sentence);
        err = fail_at(csv, csv->starts[faults.first], DP_INVALID, problem,
                      "The header line does not fit: %.*s", STR_ARG(sentence));
    }
    buf_free(&faults.sentence);
    return err;
}
