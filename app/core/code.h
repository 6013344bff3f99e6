/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Bytes as text and back: hexadecimal, URL-safe base64 without padding, and Crockford base32,
 * which a person can read out (no I, L, O, U; case does not matter; O reads as 0, I and L as 1).
 */

#include "app/core/err.h"
#include "app/core/str.h"

/** Characters (without NUL) that `len` bytes become. */
#define CODE_HEX_LEN(len) ((len) * 2)
#define CODE_BASE32_LEN(len) (((len) * 8 + 4) / 5)
#define CODE_BASE64_LEN(len) (((len) * 8 + 5) / 6)

#define CODE_URL_LEN(len) ((len) * 3) /* at most */

/** Lower-case hexadecimal with a closing NUL; out_size must be CODE_HEX_LEN + 1 or more. */
void code_hex(struct bytes in, char *out, size_t out_size);

/** Exactly out_len bytes. Fails: DP_INVALID. */
dp_err code_hex_read(struct str text, uint8_t *out, size_t out_len);

/** Upper-case Crockford base32 with a closing NUL; unused low bits of the last character are 0. */
void code_base32(struct bytes in, char *out, size_t out_size);

/** Exactly out_len bytes. Fails: DP_INVALID (wrong length, other characters, unused bits set). */
dp_err code_base32_read(struct str text, uint8_t *out, size_t out_len);

/** URL-safe base64 without padding, with a closing NUL. */
void code_base64(struct bytes in, char *out, size_t out_size);

/** Exactly out_len bytes. Fails: DP_INVALID. */
dp_err code_base64_read(struct str text, uint8_t *out, size_t out_len);

/** As a part of an address, with a closing NUL: every byte but letters, digits and - . _ ~ as %XX.
 * out_size must be CODE_URL_LEN + 1 or more. */
void code_url(struct str in, char *out, size_t out_size);
