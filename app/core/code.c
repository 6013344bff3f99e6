/* SPDX-License-Identifier: MIT */
#include "app/core/code.h"

#include <string.h>

static const char HEX[] = "0123456789abcdef";
static const char BASE32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Bits go out from the top, `bits` at a time; the last character is filled up with zeros. */
static void encode(struct bytes in, unsigned bits, const char *alphabet, char *out,
                   size_t out_size)
{
    DP_CHECK(out_size > (in.len * 8 + bits - 1) / bits);
    unsigned held = 0;
    unsigned count = 0;
    size_t at = 0;
    for (size_t i = 0; i < in.len; i++) {
        held = (held << 8 | in.ptr[i]) & 0xffffu;
        count += 8;
        while (count >= bits) {
            count -= bits;
            out[at++] = alphabet[held >> count & ((1u << bits) - 1)];
        }
    }
    if (count > 0) {
        out[at++] = alphabet[held << (bits - count) & ((1u << bits) - 1)];
    }
    out[at] = '\0';
}

static dp_err decode(struct str text, unsigned bits, int (*value_of)(char), uint8_t *out,
                     size_t out_len)
{
    if (text.len != (out_len * 8 + bits - 1) / bits) {
        return err_make(DP_INVALID);
    }
    unsigned held = 0;
    unsigned count = 0;
    size_t at = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = value_of(text.ptr[i]);
        if (value < 0) {
            return err_make(DP_INVALID);
        }
        held = (held << bits | (unsigned)value) & 0xffffu;
        count += bits;
        if (count >= 8) {
            count -= 8;
            out[at++] = (uint8_t)(held >> count);
        }
    }
    bool has_spare_bits = (held & ((1u << count) - 1)) != 0;
    return err_make(at != out_len || has_spare_bits ? DP_INVALID : DP_OK);
}

static int position(const char *alphabet, char c)
{
    const char *found = c == '\0' ? NULL : strchr(alphabet, c);
    return found == NULL ? -1 : (int)(found - alphabet);
}

static int hex_value(char c)
{
    bool is_upper = c >= 'A' && c <= 'F';
    return position(HEX, (char)(c + (is_upper ? 'a' - 'A' : 0)));
}

static int base32_value(char c)
{
    bool is_lower = c >= 'a' && c <= 'z';
    char upper = (char)(c - (is_lower ? 'a' - 'A' : 0));
    if (upper == 'O') {
        return 0;
    }
    if (upper == 'I' || upper == 'L') {
        return 1;
    }
    return position(BASE32, upper);
}

static int base64_value(char c)
{
    return position(BASE64, c);
}

void code_hex(struct bytes in, char *out, size_t out_size)
{
    encode(in, 4, HEX, out, out_size);
}

dp_err code_hex_read(struct str text, uint8_t *out, size_t out_len)
{
    return decode(text, 4, hex_value, out, out_len);
}

void code_base32(struct bytes in, char *out, size_t out_size)
{
    encode(in, 5, BASE32, out, out_size);
}

dp_err code_base32_read(struct str text, uint8_t *out, size_t out_len)
{
    return decode(text, 5, base32_value, out, out_len);
}

void code_base64(struct bytes in, char *out, size_t out_size)
{
    encode(in, 6, BASE64, out, out_size);
}

dp_err code_base64_read(struct str text, uint8_t *out, size_t out_len)
{
    return decode(text, 6, base64_value, out, out_len);
}

static bool is_plain_in_url(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

void code_url(struct str in, char *out, size_t out_size)
{
    static const char upper[] = "0123456789ABCDEF";
    size_t at = 0;
    DP_CHECK(out_size > CODE_URL_LEN(in.len));
    for (size_t i = 0; i < in.len; i++) {
        unsigned byte = (unsigned char)in.ptr[i];
        if (is_plain_in_url(in.ptr[i])) {
            out[at++] = in.ptr[i];
            continue;
        }
        out[at++] = '%';
        out[at++] = upper[byte >> 4];
        out[at++] = upper[byte & 15];
    }
    out[at] = '\0';
}
