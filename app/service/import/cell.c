/* SPDX-License-Identifier: MIT */
#include "app/service/import/cell.h"

#include <stdio.h>
#include <string.h>

#include "app/csv/csv_formula.h"

/* A problem of the syntax, in the words of the reader. */
static dp_err syntax_problem(struct cells *cells, dp_err err, const struct dp_problem *found,
                             struct dp_problem *problem)
{
    import_add_problem(cells->problems, cells->file, found);
    if (problem != NULL) {
        *problem = *found;
        import_base_name(cells->file->name, problem->file);
    }
    return err;
}

dp_err cells_open(struct cells *cells, const struct import_file *file,
                  struct import_problems *problems, struct dp_problem *problem)
{
    *cells = (struct cells){ .file = file, .problems = problems, .row = SIZE_MAX };
    struct dp_problem found = { 0 };
    dp_err err = csv_reader_open(&cells->csv, file->bytes, &found);
    if (!err_is_ok(err)) {
        return syntax_problem(cells, err, &found, problem);
    }
    return DP_SUCCESS;
}

dp_err cells_map(struct cells *cells, const struct csv_column *columns, size_t count,
                 size_t *positions, struct dp_problem *problem)
{
    struct dp_problem found = { 0 };
    dp_err err = csv_reader_map(&cells->csv, columns, count, positions, &found);
    if (!err_is_ok(err)) {
        return syntax_problem(cells, err, &found, problem);
    }
    return DP_SUCCESS;
}

void cells_close(struct cells *cells)
{
    csv_reader_close(&cells->csv);
}

bool cells_next(struct cells *cells)
{
    bool has_row = false;
    struct dp_problem found = { 0 };
    dp_err err = csv_reader_next(&cells->csv, &has_row, &found);
    if (!err_is_ok(err)) {
        cells->failed = syntax_problem(cells, err, &found, NULL);
        return false;
    }
    cells->row += has_row ? 1 : 0;
    return has_row;
}

dp_err cells_again(struct cells *cells)
{
    csv_reader_close(&cells->csv);
    cells->row = SIZE_MAX;
    return csv_reader_open(&cells->csv, cells->file->bytes, NULL);
}

dp_err cells_end(struct cells *cells, struct dp_problem *problem)
{
    if (err_is_ok(cells->failed) && cells->csv.rows_count == 0) {
        cell_wrong_file(cells, TEXT_PROBLEM_NO_ROWS, (struct text_values){ 0 });
    }
    dp_err bad_cells = import_finish(cells->problems, problem);
    DP_TRY(cells->failed);
    return bad_cells;
}

size_t cells_line(const struct cells *cells)
{
    return cells->csv.row_line;
}

/* The place comes from the reader; the words are ours, because they have a language. */
void cell_wrong(struct cells *cells, size_t position, enum text text, struct text_values values)
{
    char sentence[PROBLEM_SENTENCE_MAX];
    char column[CELL_SHOWN_MAX] = "";
    enum language language = cells->file->language;
    struct dp_problem found = { 0 };
    err_ignore(csv_reader_problem(&cells->csv, position, &found, "%s", "")); /* for the place */
    text_copy(sentence, sizeof sentence, language, text, values);
    if (position >= cells->csv.columns_count) {
        memcpy(found.sentence, sentence, sizeof sentence);
        import_add_problem(cells->problems, cells->file, &found);
        return;
    }
    struct str name = cell_shown(cells->csv.names[position], column);
    text_copy(found.sentence, sizeof found.sentence, language, TEXT_PROBLEM_COLUMN,
              TEXT_VALUES(text_word(name), text_word(str_of(sentence))));
    import_add_problem(cells->problems, cells->file, &found);
}

void cell_wrong_file(struct cells *cells, enum text text, struct text_values values)
{
    struct dp_problem found = { .line = 1, .column = 1 };
    text_copy(found.sentence, sizeof found.sentence, cells->file->language, text, values);
    import_add_problem(cells->problems, cells->file, &found);
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

struct str cell_shown(struct str text, char space[CELL_SHOWN_MAX])
{
    static const char dots[] = "\u2026";
    size_t room = CELL_SHOWN_MAX - sizeof dots;
    bool is_cut = text.len > room;
    size_t len = is_cut ? str_utf8_prefix(str_slice(text, 0, room)) : text.len;
    for (size_t i = 0; i < len; i++) {
        space[i] = text.ptr[i];
        if (is_control(space[i])) {
            space[i] = '?';
        }
    }
    if (is_cut) {
        memcpy(space + len, dots, sizeof dots - 1);
        len += sizeof dots - 1;
    }
    return (struct str){ space, len };
}

static bool has_control(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_control(text.ptr[i])) {
            return true;
        }
    }
    return false;
}

bool cell_optional_name(struct cells *cells, size_t position, size_t size, struct str *out)
{
    char space[CELL_SHOWN_MAX];
    struct str text = csv_reader_field(&cells->csv, position);
    *out = text;
    if (text.len == 0) {
        return true;
    }
    if (text.len >= size) {
        cell_wrong(cells, position, TEXT_PROBLEM_TOO_LONG,
                   TEXT_VALUES(text_int((int64_t)size - 1)));
        return false;
    }
    if (has_control(text)) {
        cell_wrong(cells, position, TEXT_PROBLEM_CONTROL, (struct text_values){ 0 });
        return false;
    }
    if (csv_formula_is_risky(text)) {
        cell_wrong(cells, position, TEXT_PROBLEM_FORMULA,
                   TEXT_VALUES(text_word(cell_shown(text, space))));
        return false;
    }
    if (str_trim(text).len != text.len) {
        cell_wrong(cells, position, TEXT_PROBLEM_SPACES,
                   TEXT_VALUES(text_word(cell_shown(text, space))));
        return false;
    }
    return true;
}

bool cell_name(struct cells *cells, size_t position, size_t size, struct str *out)
{
    *out = csv_reader_field(&cells->csv, position);
    if (str_trim(*out).len == 0) {
        cell_wrong(cells, position, TEXT_PROBLEM_EMPTY, (struct text_values){ 0 });
        return false;
    }
    return cell_optional_name(cells, position, size, out);
}

bool cell_date(struct cells *cells, size_t position, struct date *out)
{
    char space[CELL_SHOWN_MAX];
    struct str text = csv_reader_field(&cells->csv, position);
    if (text.len == 0) {
        return true;
    }
    struct date date = { 0 };
    if (!err_is_ok(date_parse(text, &date))) {
        cell_wrong(cells, position, TEXT_PROBLEM_DATE,
                   TEXT_VALUES(text_word(cell_shown(text, space))));
        return false;
    }
    *out = date;
    return true;
}

bool cell_bool(struct cells *cells, size_t position, bool *out)
{
    static const struct str yes[] = { { "yes", 3 }, { "true", 4 }, { "1", 1 } };
    static const struct str no[] = { { "no", 2 }, { "false", 5 }, { "0", 1 } };
    char space[CELL_SHOWN_MAX];
    struct str text = csv_reader_field(&cells->csv, position);
    if (text.len == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (str_equal_nocase(text, yes[i]) || str_equal_nocase(text, no[i])) {
            *out = str_equal_nocase(text, yes[i]);
            return true;
        }
    }
    cell_wrong(cells, position, TEXT_PROBLEM_YES_NO,
               TEXT_VALUES(text_word(cell_shown(text, space))));
    return false;
}
