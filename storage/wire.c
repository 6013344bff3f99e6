/* SPDX-License-Identifier: MIT */
#include "storage/wire.h"

#include <math.h>
#include <string.h>

/* ---- Writing ---- */

struct wire_writer wire_write(uint8_t *space, size_t capacity)
{
    return (struct wire_writer){ .space = space, .capacity = capacity };
}

void wire_demand(struct wire_writer *writer, bool holds, enum dp_code code)
{
    if (!holds && writer->failed == DP_OK) {
        writer->failed = code;
    }
}

void wire_put_raw(struct wire_writer *writer, const void *bytes, size_t len)
{
    wire_demand(writer, len <= writer->capacity - writer->len, DP_TOO_LONG);
    if (writer->failed != DP_OK || len == 0) {
        return;
    }
    memcpy(writer->space + writer->len, bytes, len);
    writer->len += len;
}

/* The low `width` bytes, the highest first. */
static void put_number(struct wire_writer *writer, uint64_t value, size_t width)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < width; i++) {
        bytes[i] = (uint8_t)(value >> 8 * (width - 1 - i));
    }
    wire_put_raw(writer, bytes, width);
}

void wire_put_u8(struct wire_writer *writer, uint8_t value)
{
    put_number(writer, value, 1);
}

void wire_put_u16(struct wire_writer *writer, uint16_t value)
{
    put_number(writer, value, 2);
}

void wire_put_u32(struct wire_writer *writer, uint32_t value)
{
    put_number(writer, value, 4);
}

void wire_put_u64(struct wire_writer *writer, uint64_t value)
{
    put_number(writer, value, 8);
}

void wire_put_i64(struct wire_writer *writer, int64_t value)
{
    put_number(writer, (uint64_t)value, 8);
}

void wire_put_bool(struct wire_writer *writer, bool value)
{
    put_number(writer, value ? 1 : 0, 1);
}

void wire_put_enum(struct wire_writer *writer, unsigned value, unsigned count)
{
    wire_demand(writer, value < count, DP_OUT_OF_RANGE);
    put_number(writer, value, 1);
}

void wire_put_double(struct wire_writer *writer, double value)
{
    uint64_t bits = 0;
    wire_demand(writer, isfinite(value), DP_OUT_OF_RANGE);
    memcpy(&bits, &value, sizeof bits);
    put_number(writer, bits, 8);
}

static bool is_day(int64_t days)
{
    return days >= 0 && days <= DATE_MAX_DAYS;
}

void wire_put_date(struct wire_writer *writer, struct date date)
{
    wire_demand(writer, is_day(date.days), DP_OUT_OF_RANGE);
    put_number(writer, (uint32_t)date.days, 4);
}

void wire_put_text(struct wire_writer *writer, const char *text, size_t size)
{
    size_t len = strnlen(text, size);
    wire_demand(writer, len < size && len <= UINT16_MAX, DP_TOO_LONG);
    if (writer->failed != DP_OK) {
        return;
    }
    wire_demand(writer, str_is_utf8((struct str){ text, len }), DP_NOT_UTF8);
    put_number(writer, len, 2);
    wire_put_raw(writer, text, len);
}

dp_err wire_finish(const struct wire_writer *writer, struct bytes *out)
{
    *out = bytes_of(writer->space, writer->failed == DP_OK ? writer->len : 0);
    return err_make(writer->failed);
}

/* ---- Reading ---- */

struct wire_reader wire_read(struct bytes value)
{
    return (struct wire_reader){ .rest = value };
}

static void fail(struct wire_reader *reader, enum dp_code code)
{
    if (reader->failed == DP_OK) {
        reader->failed = code;
    }
}

void wire_expect(struct wire_reader *reader, bool holds)
{
    if (!holds) {
        fail(reader, DP_CORRUPT);
    }
}

void wire_get_raw(struct wire_reader *reader, void *out, size_t len)
{
    wire_expect(reader, len <= reader->rest.len);
    if (len == 0) {
        return;
    }
    if (reader->failed != DP_OK) {
        memset(out, 0, len);
        return;
    }
    memcpy(out, reader->rest.ptr, len);
    reader->rest = bytes_of(reader->rest.ptr + len, reader->rest.len - len);
}

/* Cells are read by the hundred thousand, so this goes without a copy. */
static inline uint64_t get_number(struct wire_reader *reader, size_t width)
{
    uint64_t value = 0;
    wire_expect(reader, width <= reader->rest.len);
    if (reader->failed != DP_OK) {
        return 0;
    }
    for (size_t i = 0; i < width; i++) {
        value = value << 8 | reader->rest.ptr[i];
    }
    reader->rest.ptr += width;
    reader->rest.len -= width;
    return value;
}

uint8_t wire_get_version(struct wire_reader *reader, uint8_t newest)
{
    uint8_t version = wire_get_u8(reader);
    wire_expect(reader, version > 0);
    if (version > newest) {
        fail(reader, DP_SCHEMA_NEWER);
    }
    return version;
}

uint8_t wire_get_u8(struct wire_reader *reader)
{
    return (uint8_t)get_number(reader, 1);
}

uint16_t wire_get_u16(struct wire_reader *reader)
{
    return (uint16_t)get_number(reader, 2);
}

uint32_t wire_get_u32(struct wire_reader *reader)
{
    return (uint32_t)get_number(reader, 4);
}

uint64_t wire_get_u64(struct wire_reader *reader)
{
    return get_number(reader, 8);
}

int64_t wire_get_i64(struct wire_reader *reader)
{
    return (int64_t)get_number(reader, 8);
}

bool wire_get_bool(struct wire_reader *reader)
{
    return wire_get_enum(reader, 2) == 1;
}

unsigned wire_get_enum(struct wire_reader *reader, unsigned count)
{
    unsigned value = wire_get_u8(reader);
    wire_expect(reader, value < count);
    return value < count ? value : 0;
}

double wire_get_double(struct wire_reader *reader)
{
    uint64_t bits = get_number(reader, 8);
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    wire_expect(reader, isfinite(value));
    return isfinite(value) ? value : 0;
}

struct date wire_get_date(struct wire_reader *reader)
{
    uint32_t days = wire_get_u32(reader);
    wire_expect(reader, is_day(days));
    return date_make(is_day(days) ? (int32_t)days : 0);
}

void wire_get_text(struct wire_reader *reader, char *out, size_t size)
{
    DP_CHECK(size > 0);
    size_t len = wire_get_u16(reader);
    out[0] = '\0';
    wire_expect(reader, len < size && len <= reader->rest.len);
    if (reader->failed != DP_OK) {
        return;
    }
    struct str text = { (const char *)reader->rest.ptr, len };
    wire_expect(reader, str_is_utf8(text) && str_copy(text, out, size));
    reader->rest = bytes_of(reader->rest.ptr + len, reader->rest.len - len);
}

dp_err wire_end(const struct wire_reader *reader)
{
    if (reader->failed == DP_OK && reader->rest.len > 0) {
        return err_make(DP_CORRUPT);
    }
    return err_make(reader->failed);
}
