/* SPDX-License-Identifier: MIT */
#include "app/cli/listing.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "app/cli/say.h"
#include "app/core/num.h"

enum { CELL_MAX = 1024 };

struct listing listing_new(const char *sides)
{
    struct listing listing = { sides, strlen(sides), buf_new(LISTING_BYTES_MAX) };
    DP_CHECK(listing.columns > 0 && listing.columns <= LISTING_COLUMNS_MAX);
    return listing;
}

void listing_free(struct listing *listing)
{
    buf_free(&listing->cells);
}

void listing_cell(struct listing *listing, const char *text)
{
    for (; *text != '\0'; text++) {
        bool is_control = (unsigned char)*text < 0x20 || *text == 0x7f;
        buf_add_char(&listing->cells, (char)(is_control ? '?' : *text));
    }
    buf_add_char(&listing->cells, '\0');
}

void listing_cell_int(struct listing *listing, int64_t value)
{
    char text[NUM_TEXT_MAX];
    num_int_text(value, text);
    listing_cell(listing, text);
}

void listing_cell_fixed(struct listing *listing, double value, int decimals)
{
    char text[NUM_TEXT_MAX];
    num_fixed(value, decimals, text);
    listing_cell(listing, isfinite(value) ? text : "-");
}

void listing_cell_fmt(struct listing *listing, const char *format, ...)
{
    char text[CELL_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    listing_cell(listing, text);
}

void listing_row(struct listing *listing, const char *const *cells)
{
    for (size_t i = 0; i < listing->columns; i++) {
        listing_cell(listing, cells[i]);
    }
}

/* Bytes that are not UTF-8 count one each. */
static size_t width_of(const char *cell)
{
    struct str text = str_of(cell);
    return str_is_utf8(text) ? str_code_points(text) : text.len;
}

static const char *next_of(const char *cell)
{
    return cell + strlen(cell) + 1;
}

static void add_spaces(struct buf *line, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_add_char(line, ' ');
    }
}

static void add_cell(struct buf *line, const char *cell, size_t width, bool is_right)
{
    size_t own = width_of(cell);
    size_t pad = width > own ? width - own : 0;
    add_spaces(line, is_right ? pad : 0);
    buf_add_text(line, cell);
    add_spaces(line, is_right ? 0 : pad);
}

static void print_line(struct buf *line, FILE *out)
{
    struct str text = buf_str(line);
    while (text.len > 0 && text.ptr[text.len - 1] == ' ') {
        text.len--;
    }
    say_all(out, text);
    say(out, "\n");
    buf_clear(line);
}

static void measure(const struct listing *listing, size_t widths[LISTING_COLUMNS_MAX])
{
    const char *end = listing->cells.data + listing->cells.len;
    size_t column = 0;
    for (const char *cell = listing->cells.data; cell < end; cell = next_of(cell)) {
        size_t width = width_of(cell);
        widths[column] = width > widths[column] ? width : widths[column];
        column = (column + 1) % listing->columns;
    }
    DP_CHECK(column == 0);
}

dp_err listing_print(const struct listing *listing, FILE *out)
{
    size_t widths[LISTING_COLUMNS_MAX] = { 0 };
    BUF_AUTO struct buf line = buf_new(LISTING_BYTES_MAX);
    DP_TRY(buf_finish(&listing->cells));
    if (listing->cells.len == 0) {
        return DP_SUCCESS;
    }
    measure(listing, widths);
    const char *end = listing->cells.data + listing->cells.len;
    size_t column = 0;
    for (const char *cell = listing->cells.data; cell < end; cell = next_of(cell)) {
        add_cell(&line, cell, widths[column], listing->sides[column] == 'r');
        column = (column + 1) % listing->columns;
        if (column == 0) {
            print_line(&line, out);
        } else {
            buf_add_text(&line, "  ");
        }
    }
    return DP_SUCCESS;
}
