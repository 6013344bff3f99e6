/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/buf.h"
#include "app/csv/csv_reader.h"
#include "app/csv/csv_writer.h"
#include "tests/support/support.h"

enum { TEXT_BYTES = 12 * 1024 * 1024 };

/* Reads all rows; gives the first error. */
static dp_err read_all(struct str text, struct dp_problem *problem)
{
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    /* A copy as long as the text, so that the sanitizer sees a byte too many. */
    char *exact = malloc(text.len + (text.len == 0));
    if (text.len > 0) {
        memcpy(exact, text.ptr, text.len);
    }
    bool has_row = true;
    dp_err err = csv_reader_open(&csv, (struct str){ exact, text.len }, problem);
    while (err_is_ok(err) && has_row) {
        err = csv_reader_next(&csv, &has_row, problem);
    }
    free(exact);
    return err;
}

/* ---- What is refused, and where --------------------------------------------------------------- */

/* Each fault names its line, its column in characters, and what to do. */
static void test_csv_reader_next_faults_name_the_place(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        enum dp_code code;
        size_t line;
        size_t column;
        const char *words;
    } bad[] = {
        { STR_INIT(""), DP_INVALID, 1, 1, "empty" },
        { STR_INIT("\xef\xbb\xbf"), DP_INVALID, 1, 1, "empty" },
        { STR_INIT("\n\r\n,,\n"), DP_INVALID, 1, 1, "empty" },
        { STR_INIT("a,,c\n"), DP_INVALID, 1, 3, "Column 2 has no name" },
        { STR_INIT("a, ,c\n"), DP_INVALID, 1, 3, "Column 2 has no name" },
        { STR_INIT("a,b\n1,2,3\n"), DP_INVALID, 2, 5, "3 fields" },
        { STR_INIT("a,b\n1\n"), DP_INVALID, 2, 1, "1 fields" },
        { STR_INIT("a,b,c\n\xc3\xa4\xc3\xb6,2\n"), DP_INVALID, 2, 4, "2 fields" },
        { STR_INIT("a,b\nx\"y,2\n"), DP_INVALID, 2, 2, "middle of a field" },
        { STR_INIT("a,b\n1,x\"\n"), DP_INVALID, 2, 4, "middle of a field" },
        { STR_INIT("a,b\n\"x\"y,2\n"), DP_INVALID, 2, 4, "behind the closing quote" },
        { STR_INIT("a,b\n\"x\" ,2\n"), DP_INVALID, 2, 4, "behind the closing quote" },
        { STR_INIT("a,b\n1,\"x\n2,3\n"), DP_INVALID, 2, 3, "never closed" },
        { STR_INIT("a,b\n1,\""), DP_INVALID, 2, 3, "never closed" },
        { STR_INIT("a,b\n1,\"x\"\""), DP_INVALID, 2, 3, "never closed" },
        { STR_INIT("a,b\n\"\n\n\",x\"\n"), DP_INVALID, 4, 4, "middle of a field" },
        { STR_INIT("a,b\r1,2\r\"\r\n\r\",x\"\r"), DP_INVALID, 5, 4, "middle of a field" },
        { STR_INIT("a,b\n\"x\ny\",2\n1,2,3\n"), DP_INVALID, 4, 5, "3 fields" },
        { STR_INIT("a,b\n1,\0\n"), DP_INVALID, 2, 3, "UTF-16" },
        { STR_INIT("\xff\xfe"
                   "a\0,\0"),
          DP_NOT_UTF8, 1, 1, "UTF-16" },
        { STR_INIT("\xfe\xff\0a\0,"), DP_NOT_UTF8, 1, 1, "UTF-16" },
        { STR_INIT("a,b\n1,M\xfcller\n"), DP_NOT_UTF8, 2, 4, "CSV UTF-8" },
        { STR_INIT("a,b\n\xc3\xa4,\xed\xa0\x80\n"), DP_NOT_UTF8, 2, 3, "CSV UTF-8" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct dp_problem problem = { 0 };
        assert_err(read_all(bad[i].text, &problem), bad[i].code);
        if (problem.line != bad[i].line || problem.column != bad[i].column ||
            strstr(problem.sentence, bad[i].words) == NULL) {
            fail_msg("case %zu: %zu:%zu: %s", i, problem.line, problem.column,
                     problem.sentence);
        }
        assert_err(read_all(bad[i].text, NULL), bad[i].code);
    }
}

static void fill(struct buf *out, char c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_add_char(out, c);
    }
}

/* One byte more than a field may have is refused, quoted or not; doubled quotes count once. */
static void test_csv_reader_next_field_over_the_limit_is_too_long(void **state)
{
    (void)state;
    struct buf text BUF_AUTO = buf_new(TEXT_BYTES);
    for (size_t more = 0; more < 2; more++) {
        enum dp_code wanted = more == 0 ? DP_OK : DP_TOO_LONG;
        struct dp_problem problem = { 0 };
        buf_clear(&text);
        buf_add_text(&text, "a,b\n1,");
        fill(&text, 'x', CSV_READER_FIELD_BYTES_MAX + more);
        assert_int_equal(read_all(buf_str(&text), &problem).code, wanted);
        assert_int_equal(problem.column, more == 0 ? 0 : 3);
        buf_clear(&text);
        buf_add_text(&text, "a,b\n1,\"");
        fill(&text, '"', (size_t)2 * (CSV_READER_FIELD_BYTES_MAX - 5));
        fill(&text, '\n', 5 + more);
        buf_add_text(&text, "\"\n");
        assert_int_equal(read_all(buf_str(&text), NULL).code, wanted);
    }
}

/* A row and a header whose every field has doubled quotes and the greatest length have room. */
static void test_csv_reader_next_largest_quoted_row_fits(void **state)
{
    (void)state;
    struct buf text BUF_AUTO = buf_new(TEXT_BYTES);
    for (int row = 0; row < 3; row++) {
        for (int i = 0; i < CSV_READER_COLUMNS_MAX; i++) {
            buf_add_text(&text, i == 0 ? "\"" : ",\"");
            fill(&text, '"', 2 * (size_t)CSV_READER_FIELD_BYTES_MAX);
            buf_add_char(&text, '"');
        }
        buf_add_char(&text, '\n');
    }
    assert_ok(read_all(buf_str(&text), NULL));
}

/* The most columns there may be, and one more, in the header and in a row. */
static void test_csv_reader_open_over_64_columns_is_too_long(void **state)
{
    (void)state;
    struct buf text BUF_AUTO = buf_new(TEXT_BYTES);
    for (int i = 1; i <= CSV_READER_COLUMNS_MAX; i++) {
        buf_fmt(&text, "%sc%d", i == 1 ? "" : ",", i);
    }
    buf_add_char(&text, '\n');
    struct buf wider BUF_AUTO = buf_new(TEXT_BYTES);
    buf_add_text(&wider, "c0,");
    buf_add(&wider, buf_str(&text));
    assert_err(read_all(buf_str(&wider), NULL), DP_TOO_LONG);
    fill(&text, ',', CSV_READER_COLUMNS_MAX - 1);
    buf_add_text(&text, "x\n");
    assert_ok(read_all(buf_str(&text), NULL));
    fill(&text, ',', CSV_READER_COLUMNS_MAX);
    assert_err(read_all(buf_str(&text), NULL), DP_TOO_LONG);
}

/* As many rows as there may be, and one more; rows without content do not count. */
static void test_csv_reader_next_over_200000_rows_is_too_long(void **state)
{
    (void)state;
    struct buf text BUF_AUTO = buf_new(TEXT_BYTES);
    struct dp_problem problem = { 0 };
    buf_add_text(&text, "a\n\n");
    for (int i = 0; i < CSV_READER_ROWS_MAX; i++) {
        buf_add_text(&text, "1\n");
    }
    buf_add_text(&text, "\n\n");
    assert_ok(read_all(buf_str(&text), &problem));
    buf_add_text(&text, "1");
    assert_err(read_all(buf_str(&text), &problem), DP_TOO_LONG);
    assert_int_equal(problem.line, CSV_READER_ROWS_MAX + 5);
}

/* A byte more than the file may have is refused before it is read. */
static void test_csv_reader_open_over_10_mib_is_too_long(void **state)
{
    (void)state;
    struct buf text BUF_AUTO = buf_new(TEXT_BYTES);
    buf_add_text(&text, "a\n");
    fill(&text, '\n', CSV_READER_BYTES_MAX - 2);
    assert_ok(read_all(buf_str(&text), NULL));
    buf_add_char(&text, '\n');
    assert_err(read_all(buf_str(&text), NULL), DP_TOO_LONG);
}

/* After an error there is nothing more to read. */
static void test_csv_reader_next_after_an_error_gives_no_row(void **state)
{
    (void)state;
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    bool has_row = true;
    assert_ok(csv_reader_open(&csv, STR("a,b\n1\n1,2\n"), NULL));
    assert_err(csv_reader_next(&csv, &has_row, NULL), DP_INVALID);
    assert_false(has_row);
    assert_ok(csv_reader_next(&csv, &has_row, NULL));
    assert_false(has_row);
    assert_int_equal(csv_reader_field(&csv, 0).len, 0);
}

/* ---- What is read ------------------------------------------------------------------------------ */

/* Rows joined by '|' and fields by '~', behind the names. */
static struct str read_joined(struct str text, struct buf *out)
{
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    bool has_row = true;
    struct dp_problem problem = { 0 };
    buf_clear(out);
    if (!err_is_ok(csv_reader_open(&csv, text, &problem))) {
        fail_msg("%s", problem.sentence);
    }
    for (size_t i = 0; i < csv.columns_count; i++) {
        buf_fmt(out, "%s%.*s", i == 0 ? "" : "~", STR_ARG(csv.names[i]));
    }
    for (;;) {
        assert_ok(csv_reader_next(&csv, &has_row, &problem));
        if (!has_row) {
            return buf_str(out);
        }
        buf_add_char(out, '|');
        for (size_t i = 0; i < csv.fields_count; i++) {
            buf_add_text(out, i == 0 ? "" : "~");
            buf_add(out, csv_reader_field(&csv, i));
        }
    }
}

/* Line ends, separators, quotes and empty rows in every form that is accepted. */
static void test_csv_reader_next_reads_every_form(void **state)
{
    (void)state;
    static const char *const good[][2] = {
        { "a", "a" },
        { "a,b", "a~b" },
        { "a,b\n1,2", "a~b|1~2" },
        { "a,b\n1,2\n", "a~b|1~2" },
        { "a,b\r\n1,2\r\n3,4\r\n", "a~b|1~2|3~4" },
        { "a,b\r1,2\r3,4\r", "a~b|1~2|3~4" },
        { "a,b\n1,2\r\n3,4\r5,6", "a~b|1~2|3~4|5~6" },
        { "\xef\xbb\xbf"
          "a,b\n1,2\n",
          "a~b|1~2" },
        { "a;b\n1,5;2\n", "a~b|1,5~2" },
        { "a\tb\n1,5\t;2\n", "a~b|1,5~;2" },
        { "a,b\n1;2,3\t4\n", "a~b|1;2~3\t4" },
        { "\"x,y,z\";b\n1;2\n", "x,y,z~b|1~2" },
        { "\n;;\na;b\n1,3;2\n", "a~b|1,3~2" },
        { " a , b\t\n 1 , 2 \n", "a~b| 1 ~ 2 " },
        { "\n\na,b\n\n,\n1,2\n\n\n,\n3,\n", "a~b|1~2|3~" },
        { "a,b\n\"\",\"\"\n\"1\",\"\"\n", "a~b|1~" },
        { "a,b\n\"x,y\",\"p\"\"q\"\"\"\n", "a~b|x,y~p\"q\"" },
        { "a,b\n\"x\ny\",\"p\r\nq\r\"\n1,2", "a~b|x\ny~p\r\nq\r|1~2" },
        { "a,b\n\"\"\"\",2\n", "a~b|\"~2" },
        { "\"a\"\"b\",c\n\"d\"\"\",\"\"\"e\"\n\"f\"\"\",g\n", "a\"b~c|d\"~\"e|f\"~g" },
        { "a,b,c\n1,,\n,,3\n", "a~b~c|1~~|~~3" },
        { "Gr\xc3\xb6\xc3\x9f"
          "e,\xe2\x82\xac\n\xf0\x9f\x98\x80,2\n",
          "Gr\xc3\xb6\xc3\x9f"
          "e~\xe2\x82\xac|\xf0\x9f\x98\x80~2" },
    };
    struct buf out BUF_AUTO = buf_new(10000);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct str joined = read_joined(str_of(good[i][0]), &out);
        if (!str_equal(joined, str_of(good[i][1]))) {
            fail_msg("case %zu: %.*s, wanted %s", i, STR_ARG(joined), good[i][1]);
        }
    }
}

/* Fields of every length on every place of a word are cut at their ends. */
static void test_csv_reader_next_every_alignment(void **state)
{
    (void)state;
    struct buf text BUF_AUTO = buf_new(10000);
    for (size_t first = 0; first < 20; first++) {
        for (size_t second = 1; second < 20; second++) {
            struct csv_reader csv CSV_READER_AUTO = { 0 };
            bool has_row = false;
            buf_clear(&text);
            buf_add_text(&text, "a,b,c\n");
            fill(&text, 'x', first);
            buf_add_char(&text, ',');
            fill(&text, 'y', second);
            buf_add_text(&text, ",\"z\"\r\n");
            assert_ok(csv_reader_open(&csv, buf_str(&text), NULL));
            assert_ok(csv_reader_next(&csv, &has_row, NULL));
            assert_true(has_row);
            assert_int_equal(csv.fields[0].len, first);
            assert_int_equal(csv.fields[1].len, second);
            assert_true(str_equal(csv.fields[2], STR("z")));
            assert_ok(csv_reader_next(&csv, &has_row, NULL));
            assert_false(has_row);
        }
    }
}

/* Names that had doubled quotes stay as they are while rows that have them too are read. */
static void test_csv_reader_next_keeps_unquoted_names(void **state)
{
    (void)state;
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    bool has_row = false;
    assert_ok(csv_reader_open(&csv, STR("\"a\"\"b\",c\n\"d\"\"\"\"e\",\"\"\"f\"\n\"\"\"\",g\n"),
                              NULL));
    assert_ok(csv_reader_next(&csv, &has_row, NULL));
    assert_true(str_equal(csv.names[0], STR("a\"b")));
    assert_true(str_equal(csv.fields[0], STR("d\"\"e")) &&
                str_equal(csv.fields[1], STR("\"f")));
    assert_ok(csv_reader_next(&csv, &has_row, NULL));
    assert_true(str_equal(csv.names[0], STR("a\"b")));
    assert_true(str_equal(csv.fields[0], STR("\"")));
}

/* ---- Problems of values -------------------------------------------------------------------------- */

/* A value's problem has line and column of its field, even behind fields of several lines. */
static void test_csv_reader_problem_names_line_column_and_header(void **state)
{
    (void)state;
    static const size_t places[4][2] = { { 3, 1 }, { 3, 4 }, { 5, 3 }, { 5, 9 } };
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    bool has_row = false;
    assert_ok(csv_reader_open(
        &csv, STR("a,b, team ,d\n1,2,3,4\n\xc3\xa4\xc3\xb6,\"x\ny\r\n\",\"\"\"z\",4\n"), NULL));
    assert_ok(csv_reader_next(&csv, &has_row, NULL));
    assert_ok(csv_reader_next(&csv, &has_row, NULL));
    for (size_t i = 0; i < 4; i++) {
        struct dp_problem problem = { 0 };
        assert_err(csv_reader_problem(&csv, i, &problem, "no %s", "good"), DP_INVALID);
        assert_int_equal(problem.line, places[i][0]);
        assert_int_equal(problem.column, places[i][1]);
    }
    struct dp_problem problem = { 0 };
    assert_err(csv_reader_problem(&csv, 2, &problem, "no %s", "good"), DP_INVALID);
    assert_string_equal(problem.sentence, "column team: no good");
    assert_err(csv_reader_problem(&csv, CSV_READER_ABSENT, &problem, "bad row"), DP_INVALID);
    assert_int_equal(problem.line, 3);
    assert_int_equal(problem.column, 0);
    assert_string_equal(problem.sentence, "bad row");
    assert_err(csv_reader_problem(&csv, 0, NULL, "x"), DP_INVALID);
}

/* ---- Columns by name ----------------------------------------------------------------------------- */

enum { ID, EMAIL, TEAM, COLUMNS };

static const struct csv_column COLUMN_NAMES[COLUMNS] = {
    [ID] = { "person_id", true },
    [EMAIL] = { "email", false },
    [TEAM] = { "team", true },
};

static dp_err map(const char *text, size_t positions[COLUMNS], struct dp_problem *problem)
{
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    assert_ok(csv_reader_open(&csv, str_of(text), problem));
    return csv_reader_map(&csv, COLUMN_NAMES, COLUMNS, positions, problem);
}

/* Columns that are unknown, named twice or missing are all named, at the first that is wrong. */
static void test_csv_reader_map_bad_header_names_every_fault(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t column;
        const char *sentence;
    } bad[] = {
        { "person_id,emial,team\n", 11,
          "The header line does not fit: unknown column \"emial\" (did you mean \"email\"?)" },
        { "person_id,team,TEAM\n", 16,
          "The header line does not fit: a second column \"TEAM\"" },
        { "email\n", 1,
          "The header line does not fit: missing column \"person_id\"; missing column "
          "\"team\"" },
        { "team,foo,team,bar\n", 6,
          "The header line does not fit: unknown column \"foo\"; a second column \"team\"; "
          "unknown column \"bar\"; missing column \"person_id\"" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct dp_problem problem = { 0 };
        size_t positions[COLUMNS];
        assert_err(map(bad[i].text, positions, &problem), DP_INVALID);
        assert_string_equal(problem.sentence, bad[i].sentence);
        assert_int_equal(problem.line, 1);
        assert_int_equal(problem.column, bad[i].column);
        assert_err(map(bad[i].text, positions, NULL), DP_INVALID);
    }
}

/* A header with very many and very long wrong names still gives a sentence. */
static void test_csv_reader_map_endless_header_is_cut(void **state)
{
    (void)state;
    struct buf text BUF_AUTO = buf_new(TEXT_BYTES);
    struct dp_problem problem = { 0 };
    size_t positions[COLUMNS];
    for (int i = 0; i < CSV_READER_COLUMNS_MAX; i++) {
        buf_fmt(&text, "%s%d", i == 0 ? "" : ",", i);
        for (int j = 0; j < 300; j++) {
            buf_add_text(&text, "\xc3\xa4");
        }
    }
    buf_add_char(&text, '\0');
    struct str whole = buf_str(&text);
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    assert_ok(csv_reader_open(&csv, str_slice(whole, 0, whole.len - 1), &problem));
    assert_err(csv_reader_map(&csv, COLUMN_NAMES, COLUMNS, positions, &problem), DP_INVALID);
    assert_true(
        str_starts_with(str_of(problem.sentence), STR("The header line does not fit: unk")));
    assert_true(str_is_utf8(str_of(problem.sentence)));
}

/* Columns stand in any order and case; optional ones may be missing and read as empty. */
static void test_csv_reader_map_finds_positions(void **state)
{
    (void)state;
    size_t positions[COLUMNS];
    assert_ok(map(" Team ,EMAIL,person_id\n", positions, NULL));
    assert_int_equal(positions[ID], 2);
    assert_int_equal(positions[EMAIL], 1);
    assert_int_equal(positions[TEAM], 0);
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    bool has_row = false;
    assert_ok(csv_reader_open(&csv, STR("person_id;team\np1;IT\n"), NULL));
    assert_ok(csv_reader_map(&csv, COLUMN_NAMES, COLUMNS, positions, NULL));
    assert_true(positions[EMAIL] == CSV_READER_ABSENT);
    assert_ok(csv_reader_next(&csv, &has_row, NULL));
    assert_true(str_equal(csv_reader_field(&csv, positions[TEAM]), STR("IT")));
    assert_int_equal(csv_reader_field(&csv, positions[EMAIL]).len, 0);
    assert_true(csv_reader_find(&csv, STR("TEAM")) == 1);
    assert_true(csv_reader_find(&csv, STR("none")) == CSV_READER_ABSENT);
}

/* ---- There and back ------------------------------------------------------------------------------- */

enum { ROWS_MAX = 30, COLUMNS_MAX = 8, CELL_BYTES = 24 };

struct table {
    size_t rows;
    size_t columns;
    size_t lengths[ROWS_MAX][COLUMNS_MAX];
    char cells[ROWS_MAX][COLUMNS_MAX][CELL_BYTES];
};

static struct str cell_of(const struct table *table, size_t row, size_t column)
{
    return (struct str){ table->cells[row][column], table->lengths[row][column] };
}

static bool is_row_empty(const struct table *table, size_t row)
{
    size_t filled = 0;
    for (size_t i = 0; i < table->columns; i++) {
        filled += table->lengths[row][i];
    }
    return filled == 0;
}

static void make_cell(struct table *table, size_t row, size_t column, uint64_t *seed)
{
    static const struct str letters[] = {
        STR_INIT("a"),        STR_INIT("\""),
        STR_INIT(","),        STR_INIT(";"),
        STR_INIT("\n"),       STR_INIT("\r"),
        STR_INIT(" "),        STR_INIT("\r\n"),
        STR_INIT("'"),        STR_INIT("="),
        STR_INIT("\xc3\xa4"), STR_INIT("\xe2\x82\xac"),
        STR_INIT("1"),        STR_INIT("\xf0\x9f\x98\x80"),
    };
    size_t *len = &table->lengths[row][column];
    *len = 0;
    for (uint64_t i = support_random(seed) % 6; i > 0; i--) {
        struct str letter =
            letters[support_random(seed) % (sizeof letters / sizeof letters[0])];
        memcpy(table->cells[row][column] + *len, letter.ptr, letter.len);
        *len += letter.len;
    }
}

static void write_table(const struct table *table, struct buf *out)
{
    static struct sink sink;
    sink_start_buf(&sink, out);
    struct csv_writer writer = csv_writer_new(&sink);
    for (size_t i = 0; i < table->columns; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "c%zu", i);
        csv_writer_plain(&writer, str_of(name));
    }
    csv_writer_end_row(&writer);
    for (size_t row = 0; row < table->rows; row++) {
        for (size_t i = 0; i < table->columns; i++) {
            csv_writer_plain(&writer, cell_of(table, row, i));
        }
        csv_writer_end_row(&writer);
    }
    assert_ok(sink_flush(&sink));
}

static void compare_row(const struct table *table, size_t row, struct csv_reader *csv)
{
    bool has_row = false;
    assert_ok(csv_reader_next(csv, &has_row, NULL));
    assert_true(has_row);
    for (size_t i = 0; i < table->columns; i++) {
        assert_true(str_equal(csv_reader_field(csv, i), cell_of(table, row, i)));
    }
}

static void read_back(const struct table *table, struct str text)
{
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    bool has_row = true;
    assert_ok(csv_reader_open(&csv, text, NULL));
    assert_int_equal(csv.columns_count, table->columns);
    for (size_t row = 0; row < table->rows; row++) {
        if (!is_row_empty(table, row)) {
            compare_row(table, row, &csv);
        }
    }
    assert_ok(csv_reader_next(&csv, &has_row, NULL));
    assert_false(has_row);
}

/* Random tables of awkward cells, written and read, are the same tables, but for empty rows. */
static void test_csv_random_tables_round_trip(void **state)
{
    (void)state;
    static struct table table;
    uint64_t seed = 51;
    for (int round = 0; round < 1500; round++) {
        struct buf text BUF_AUTO = buf_new(TEXT_BYTES);
        table.columns = support_random(&seed) % (COLUMNS_MAX - 1) + 2;
        table.rows = support_random(&seed) % ROWS_MAX;
        for (size_t i = 0; i < table.rows * table.columns; i++) {
            make_cell(&table, i / table.columns, i % table.columns, &seed);
        }
        write_table(&table, &text);
        read_back(&table, buf_str(&text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_reader_next_faults_name_the_place),
        cmocka_unit_test(test_csv_reader_next_field_over_the_limit_is_too_long),
        cmocka_unit_test(test_csv_reader_next_largest_quoted_row_fits),
        cmocka_unit_test(test_csv_reader_open_over_64_columns_is_too_long),
        cmocka_unit_test(test_csv_reader_next_over_200000_rows_is_too_long),
        cmocka_unit_test(test_csv_reader_open_over_10_mib_is_too_long),
        cmocka_unit_test(test_csv_reader_next_after_an_error_gives_no_row),
        cmocka_unit_test(test_csv_reader_next_reads_every_form),
        cmocka_unit_test(test_csv_reader_next_every_alignment),
        cmocka_unit_test(test_csv_reader_next_keeps_unquoted_names),
        cmocka_unit_test(test_csv_reader_problem_names_line_column_and_header),
        cmocka_unit_test(test_csv_reader_map_bad_header_names_every_fault),
        cmocka_unit_test(test_csv_reader_map_endless_header_is_cut),
        cmocka_unit_test(test_csv_reader_map_finds_positions),
        cmocka_unit_test(test_csv_random_tables_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
