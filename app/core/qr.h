/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * QR codes by libqrencode, as a square of dark and light modules. How they are drawn is left to
 * who shows them; only the terminal's form is here, because it is the same for every program.
 */

#include "app/core/buf.h"
#include "app/core/err.h"
#include "app/core/str.h"

enum {
    QR_SIZE_MAX = 177,
    QR_TEXT_MAX = 1024,
    QR_QUIET_MODULES = 4, /* light modules that must lie around a code */
};

/** `size` x `size` modules, one bit each, row by row; a set bit is dark. */
struct qr_code {
    size_t size;
    uint8_t bits[(QR_SIZE_MAX * QR_SIZE_MAX + 7) / 8];
};

/** Encodes with medium error correction, in the smallest size that takes the text.
 * Fails: DP_INVALID (empty, or holds a NUL), DP_TOO_LONG (more than QR_TEXT_MAX bytes),
 * DP_NO_MEMORY. */
dp_err qr_encode(struct str text, struct qr_code *out);

/** True for a dark module; what lies outside of the code is light. */
bool qr_is_dark(const struct qr_code *code, size_t column, size_t row);

enum qr_terminal {
    QR_TERMINAL_DARK,  /* light letters on a dark ground: letters draw the light modules */
    QR_TERMINAL_LIGHT, /* dark letters on a light ground: letters draw the dark modules */
};

/** Draws with half blocks, two rows of modules a line, the quiet zone around it. */
void qr_draw_terminal(const struct qr_code *code, enum qr_terminal terminal, struct buf *out);
