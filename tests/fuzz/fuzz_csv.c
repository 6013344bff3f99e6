/* SPDX-License-Identifier: MIT */
/*
 * Target: csv_reader and csv_writer. Whatever is read is written, and what was written reads as the
 * same rows. Fields are UTF-8 within their limit; a failure has a place inside of the text.
 */
#include <stdint.h>
#include <stdlib.h>

#include "app/core/buf.h"
#include "app/csv/csv_reader.h"
#include "app/csv/csv_writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so) {
        abort();
    }
}

static void check_problem(struct str text, const struct dp_problem *problem)
{
    want(problem->line >= 1 && problem->line <= text.len + 1);
    want(problem->column >= 1 && problem->column <= text.len + 1);
    want(problem->sentence[0] != '\0' && str_is_utf8(str_of(problem->sentence)));
}

/* A name with another separator in it is written without quotes and may then be taken for two; one
 * that starts with a byte order mark loses it at the start of a file. */
static bool may_read_differently(const struct csv_reader *csv)
{
    for (size_t i = 0; i < csv->columns_count; i++) {
        struct str name = csv->names[i];
        if (str_starts_with(name, STR("\xef\xbb\xbf")) || str_find_char(name, ';') < name.len ||
            str_find_char(name, '\t') < name.len) {
            return true;
        }
    }
    return false;
}

/* Writes names and rows; false if the text is no CSV that reads the same again. */
static bool rewrite(struct str text, struct sink *sink, size_t *rows_count)
{
    static const struct csv_column known[] = { { "team", true }, { "email", false } };
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    struct dp_problem problem = { 0 };
    struct csv_writer writer = csv_writer_new(sink);
    size_t positions[2];
    bool has_row = true;
    if (!err_is_ok(csv_reader_open(&csv, text, &problem))) {
        check_problem(text, &problem);
        return false;
    }
    dp_err mapped = csv_reader_map(&csv, known, 2, positions, &problem);
    want(err_is_ok(mapped) || problem.line >= 1);
    for (size_t i = 0; i < csv.columns_count; i++) {
        csv_writer_plain(&writer, csv.names[i]);
    }
    csv_writer_end_row(&writer);
    for (;;) {
        if (!err_is_ok(csv_reader_next(&csv, &has_row, &problem))) {
            check_problem(text, &problem);
            return false;
        }
        if (!has_row) {
            *rows_count = csv.rows_count;
            return !may_read_differently(&csv);
        }
        for (size_t i = 0; i < csv.columns_count; i++) {
            struct str field = csv_reader_field(&csv, i);
            want(field.len <= CSV_READER_FIELD_BYTES_MAX && str_is_utf8(field));
            csv_writer_plain(&writer, field);
            want(err_is(csv_reader_problem(&csv, i, &problem, "x"), DP_INVALID));
            check_problem(text, &problem);
        }
        csv_writer_end_row(&writer);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sink sink;
    struct buf first BUF_AUTO = buf_new(CSV_READER_BYTES_MAX);
    struct buf second BUF_AUTO = buf_new(CSV_READER_BYTES_MAX);
    size_t rows_count = 0;
    size_t rows_again = 0;
    sink_start_buf(&sink, &first);
    if (!rewrite((struct str){ (const char *)data, size }, &sink, &rows_count)) {
        return 0;
    }
    want(err_is_ok(sink_flush(&sink)));
    sink_start_buf(&sink, &second);
    want(rewrite(buf_str(&first), &sink, &rows_again));
    want(err_is_ok(sink_flush(&sink)));
    want(rows_count == rows_again && str_equal(buf_str(&first), buf_str(&second)));
    return 0;
}
