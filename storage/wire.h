/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The bytes of a record: a cursor that writes and one that reads.
 *
 * Numbers have a fixed width and are big-endian; text is UTF-8 with a 16-bit length in
 * front; a double is its IEEE bits and always finite; a date is its day number as 32 bits.
 * There is exactly one way to write a value: a reader refuses a bool that is 2, an enum
 * beyond its last name and bytes left over, so that what decodes also encodes to the same
 * bytes.
 *
 * Both cursors keep their first error and do nothing after it; the caller asks once, at the
 * end, with wire_finish() or wire_end(). A reader gives 0 or "" once it has failed.
 */

#include "app/core/date.h"
#include "app/core/err.h"
#include "app/core/str.h"

struct wire_writer {
    uint8_t *space; /* the caller's */
    size_t capacity;
    size_t len;
    enum dp_code failed;
};

struct wire_reader {
    struct bytes rest; /* not yet read */
    enum dp_code failed;
};

/** A writer on the caller's memory, which must outlive what wire_finish() gives. */
struct wire_writer wire_write(uint8_t *space, size_t capacity);

void wire_put_u8(struct wire_writer *writer, uint8_t value);
void wire_put_u16(struct wire_writer *writer, uint16_t value);
void wire_put_u32(struct wire_writer *writer, uint32_t value);
void wire_put_u64(struct wire_writer *writer, uint64_t value);
void wire_put_i64(struct wire_writer *writer, int64_t value);
void wire_put_bool(struct wire_writer *writer, bool value);

/** A value of an enum with `count` names. Fails: DP_OUT_OF_RANGE (sticky). */
void wire_put_enum(struct wire_writer *writer, unsigned value, unsigned count);

/** Fails: DP_OUT_OF_RANGE (sticky) when it is not finite. */
void wire_put_double(struct wire_writer *writer, double value);

/** Fails: DP_OUT_OF_RANGE (sticky) before 1970 or after 9999. */
void wire_put_date(struct wire_writer *writer, struct date date);

/** A NUL-terminated text in an array of `size` bytes. Fails (sticky): DP_TOO_LONG when there
 * is no NUL in it, DP_NOT_UTF8. */
void wire_put_text(struct wire_writer *writer, const char *text, size_t size);

/** Bytes of a length that the reader knows. */
void wire_put_raw(struct wire_writer *writer, const void *bytes, size_t len);

/** A rule of the record: fails with `code` (sticky) unless it holds. */
void wire_demand(struct wire_writer *writer, bool holds, enum dp_code code);

/** What was written. Fails: the sticky error; DP_TOO_LONG when the memory was too small. */
dp_err wire_finish(const struct wire_writer *writer, struct bytes *out);

struct wire_reader wire_read(struct bytes value);

/** The version byte in front of a record. Fails (sticky): DP_SCHEMA_NEWER above `newest`. */
uint8_t wire_get_version(struct wire_reader *reader, uint8_t newest);

uint8_t wire_get_u8(struct wire_reader *reader);
uint16_t wire_get_u16(struct wire_reader *reader);
uint32_t wire_get_u32(struct wire_reader *reader);
uint64_t wire_get_u64(struct wire_reader *reader);
int64_t wire_get_i64(struct wire_reader *reader);
bool wire_get_bool(struct wire_reader *reader);
unsigned wire_get_enum(struct wire_reader *reader, unsigned count);
double wire_get_double(struct wire_reader *reader);
struct date wire_get_date(struct wire_reader *reader);

/** Into an array of `size` bytes, with a NUL behind it. */
void wire_get_text(struct wire_reader *reader, char *out, size_t size);
void wire_get_raw(struct wire_reader *reader, void *out, size_t len);

/** A rule of the record: fails with DP_CORRUPT (sticky) unless it holds. */
void wire_expect(struct wire_reader *reader, bool holds);

/** Fails: the sticky error; DP_CORRUPT when bytes are left over. */
dp_err wire_end(const struct wire_reader *reader);
