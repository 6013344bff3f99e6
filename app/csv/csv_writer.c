/* SPDX-License-Identifier: MIT */
#include "app/csv/csv_writer.h"

#include "app/core/num.h"
#include "app/csv/csv_formula.h"

struct csv_writer csv_writer_new(struct sink *out)
{
    return (struct csv_writer){ .out = out };
}

static void begin_cell(struct csv_writer *csv)
{
    if (csv->has_cells) {
        sink_add_char(csv->out, ',');
    }
    csv->has_cells = true;
}

static bool needs_quotes(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ',' || c == '"' || c == '\n' || c == '\r') {
            return true;
        }
    }
    return false;
}

/* The text in quotes, `guard` in front of it, its own quotes doubled. */
static void add_quoted(struct sink *out, struct str guard, struct str text)
{
    sink_add_char(out, '"');
    sink_add(out, guard);
    for (;;) {
        size_t quote = str_find_char(text, '"');
        sink_add(out, str_slice(text, 0, quote));
        if (quote == text.len) {
            break;
        }
        sink_add(out, STR("\"\""));
        text = str_slice(text, quote + 1, text.len);
    }
    sink_add_char(out, '"');
}

static void add_cell(struct csv_writer *csv, struct str guard, struct str text)
{
    begin_cell(csv);
    if (needs_quotes(text)) {
        add_quoted(csv->out, guard, text);
        return;
    }
    sink_add(csv->out, guard);
    sink_add(csv->out, text);
}

void csv_writer_plain(struct csv_writer *csv, struct str text)
{
    add_cell(csv, STR(""), text);
}

void csv_writer_free_text(struct csv_writer *csv, struct str text)
{
    add_cell(csv, csv_formula_is_risky(text) ? STR("'") : STR(""), text);
}

void csv_writer_header(struct csv_writer *csv, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        csv_writer_plain(csv, str_of(names[i]));
    }
    csv_writer_end_row(csv);
}

void csv_writer_num(struct csv_writer *csv, double value)
{
    begin_cell(csv);
    sink_grow_by(csv->out, num_text(value, sink_reserve(csv->out, NUM_TEXT_MAX)));
}

void csv_writer_fixed(struct csv_writer *csv, double value, int decimals)
{
    begin_cell(csv);
    sink_grow_by(csv->out, num_fixed(value, decimals, sink_reserve(csv->out, NUM_TEXT_MAX)));
}

void csv_writer_int(struct csv_writer *csv, int64_t value)
{
    begin_cell(csv);
    sink_grow_by(csv->out, num_int_text(value, sink_reserve(csv->out, NUM_TEXT_MAX)));
}

void csv_writer_date(struct csv_writer *csv, struct date date)
{
    begin_cell(csv);
    date_text(date, sink_reserve(csv->out, DATE_TEXT_MAX));
    sink_grow_by(csv->out, DATE_TEXT_MAX - 1);
}

void csv_writer_missing(struct csv_writer *csv)
{
    begin_cell(csv);
}

void csv_writer_end_row(struct csv_writer *csv)
{
    sink_add(csv->out, STR("\r\n"));
    csv->has_cells = false;
}
