/* SPDX-License-Identifier: MIT */
#include "app/core/qr.h"

#include <errno.h>
#include <string.h>

#include <qrencode.h>

enum { DARK_BIT = 1 };

dp_err qr_encode(struct str text, struct qr_code *out)
{
    char copy[QR_TEXT_MAX + 1];
    memset(out, 0, sizeof *out);
    if (text.len > QR_TEXT_MAX) {
        return err_make(DP_TOO_LONG);
    }
    if (text.len == 0 || !str_copy(text, copy, sizeof copy)) {
        return err_make(DP_INVALID);
    }
    QRcode *made = QRcode_encodeString(copy, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (made == NULL) {
        return err_make(errno == ENOMEM ? DP_NO_MEMORY : DP_INVALID);
    }
    DP_CHECK(made->width > 0 && made->width <= QR_SIZE_MAX);
    out->size = (size_t)made->width;
    for (size_t i = 0; i < out->size * out->size; i++) {
        out->bits[i / 8] |= (uint8_t)((made->data[i] & DARK_BIT) << (i % 8));
    }
    QRcode_free(made);
    return DP_SUCCESS;
}

bool qr_is_dark(const struct qr_code *code, size_t column, size_t row)
{
    if (column >= code->size || row >= code->size) {
        return false;
    }
    size_t i = row * code->size + column;
    return (code->bits[i / 8] >> (i % 8) & 1) != 0;
}

/* Counted from the quiet zone's corner; a subtraction below 0 wraps to far outside, which is light. */
static bool is_drawn(const struct qr_code *code, enum qr_terminal terminal, size_t column,
                     size_t row)
{
    bool is_dark = qr_is_dark(code, column - QR_QUIET_MODULES, row - QR_QUIET_MODULES);
    return is_dark == (terminal == QR_TERMINAL_LIGHT);
}

void qr_draw_terminal(const struct qr_code *code, enum qr_terminal terminal, struct buf *out)
{
    /* By upper + 2 x lower half: nothing, upper, lower, both. */
    static const char *const blocks[] = { " ", "\xe2\x96\x80", "\xe2\x96\x84", "\xe2\x96\x88" };
    size_t whole = code->size + (size_t)2 * QR_QUIET_MODULES;
    for (size_t row = 0; row < whole; row += 2) {
        for (size_t column = 0; column < whole; column++) {
            unsigned upper = is_drawn(code, terminal, column, row);
            unsigned lower = is_drawn(code, terminal, column, row + 1);
            buf_add_text(out, blocks[upper + 2 * lower]);
        }
        buf_add_char(out, '\n');
    }
}
