/* SPDX-License-Identifier: MIT */
#include "web/front/reply.h"

#include "app/core/num.h"
#include "web/front/head.h"
#include "web/headers.h"

enum { SECURITY_MAX_BYTES = 4096, LENGTH_DIGITS_MAX = 18 };

#define LENGTH_MAX 999999999999999999ULL

_Static_assert((int)REPLY_HEAD_MAX_BYTES == (int)HEAD_MAX_BYTES,
               "one search serves both heads");

dp_err reply_find_end(struct str bytes, size_t *scanned, size_t *length)
{
    return head_find_end(bytes, scanned, length);
}

/* ---- Reading -------------------------------------------------------------------------------------- */

static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && c != '-') {
            return false;
        }
    }
    return name.len > 0;
}

static bool is_text(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

/* "HTTP/1.1 200 OK" */
static bool read_status_line(struct str line, struct reply *out)
{
    uint64_t status = 0;
    if (line.len < 12 ||
        !(str_starts_with(line, STR("HTTP/1.1 ")) || str_starts_with(line, STR("HTTP/1.0 "))) ||
        !err_is_ok(num_uint(str_slice(line, 9, 3), 200, 599, &status)) ||
        (line.len > 12 && line.ptr[12] != ' ')) {
        return false;
    }
    out->status = (int)status;
    out->reason = str_slice(line, 13, line.len);
    return is_text(out->reason);
}

/* What belongs to one connection only, and what would tell the phone which library we use. */
static bool is_dropped(struct str name)
{
    static const struct str dropped[] = {
        { "Connection", 10 },
        { "Keep-Alive", 10 },
        { "Proxy-Connection", 16 },
        { "Upgrade", 7 },
        { "Trailer", 7 },
        { "TE", 2 },
        { "Transfer-Encoding", 17 },
        { "Content-Length", 14 },
        { "Server", 6 },
    };
    for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++) {
        if (str_equal_nocase(name, dropped[i])) {
            return true;
        }
    }
    return false;
}

static bool read_framing(struct str name, struct str value, struct reply *out)
{
    if (str_equal_nocase(name, STR("Content-Length"))) {
        bool is_first = !out->has_length;
        out->has_length = true;
        return is_first && value.len <= LENGTH_DIGITS_MAX &&
               err_is_ok(num_uint(value, 0, LENGTH_MAX, &out->length_bytes));
    }
    if (str_equal_nocase(name, STR("Transfer-Encoding"))) {
        bool is_first = out->framing != REPLY_CHUNKED;
        out->framing = REPLY_CHUNKED;
        return is_first && str_equal_nocase(value, STR("chunked"));
    }
    return true;
}

static bool read_line(struct str line, struct reply *out)
{
    size_t colon = str_find_char(line, ':');
    struct str name = str_slice(line, 0, colon);
    struct str value = str_trim(str_slice(line, colon + 1, line.len));
    if (colon == line.len || !is_name(name) || !is_text(value) ||
        !read_framing(name, value, out)) {
        return false;
    }
    if (is_dropped(name)) {
        return true;
    }
    if (out->fields_count == REPLY_FIELDS_MAX) {
        return false;
    }
    out->fields[out->fields_count++] = (struct reply_field){ name, value };
    return true;
}

static bool settle_framing(bool is_head, struct reply *out)
{
    bool is_chunked = out->framing == REPLY_CHUNKED;
    if (is_chunked && out->has_length) {
        return false;
    }
    if (is_head || out->status == 204 || out->status == 304) {
        out->framing = REPLY_EMPTY;
        return true;
    }
    if (!is_chunked) {
        out->framing = REPLY_LENGTH;
    }
    return is_chunked || out->has_length;
}

dp_err reply_parse(struct str text, bool is_head, struct reply *out)
{
    *out = (struct reply){ .framing = REPLY_EMPTY };
    if (text.len < 4 || !str_ends_with(text, STR("\r\n\r\n"))) {
        return err_make(DP_INVALID);
    }
    struct str rest = str_slice(text, 0, text.len - 2);
    struct str line = STR("");
    bool is_first = true;
    while (rest.len > 0 && str_next(&rest, '\n', &line)) {
        bool has_cr = line.len > 0 && line.ptr[line.len - 1] == '\r';
        line.len -= has_cr ? 1 : 0;
        if (!has_cr || !(is_first ? read_status_line(line, out) : read_line(line, out))) {
            return err_make(DP_INVALID);
        }
        is_first = false;
    }
    return err_make(!is_first && settle_framing(is_head, out) ? DP_OK : DP_INVALID);
}

/* ---- Writing -------------------------------------------------------------------------------------- */

static bool has_field(const struct reply *reply, struct str name)
{
    for (size_t i = 0; i < reply->fields_count; i++) {
        if (str_equal_nocase(reply->fields[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* Usually all are there and nothing is added. */
static void add_missing_security(const struct reply *reply, struct buf *out)
{
    BUF_AUTO struct buf all = buf_new(SECURITY_MAX_BYTES);
    headers_security(&all, HEADERS_PAGE);
    struct str rest = buf_str(&all);
    struct str line;
    while (rest.len > 0 && str_next(&rest, '\n', &line)) {
        if (line.len > 0 && !has_field(reply, str_slice(line, 0, str_find_char(line, ':')))) {
            buf_add(out, line);
            buf_add_char(out, '\n');
        }
    }
}

dp_err reply_write(const struct reply *reply, const struct reply_frame *frame, struct buf *out)
{
    buf_fmt(out, "HTTP/1.1 %d %.*s\r\n", reply->status, STR_ARG(reply->reason));
    for (size_t i = 0; i < reply->fields_count; i++) {
        buf_add(out, reply->fields[i].name);
        buf_add(out, STR(": "));
        buf_add(out, reply->fields[i].value);
        buf_add(out, STR("\r\n"));
    }
    add_missing_security(reply, out);
    if (frame->is_chunked) {
        buf_add(out, STR("Transfer-Encoding: chunked\r\n"));
    }
    if (frame->has_length) {
        buf_fmt(out, "Content-Length: %llu\r\n", (unsigned long long)frame->length_bytes);
    }
    buf_add_text(out, frame->may_stay ? "Connection: keep-alive\r\n\r\n"
                                      : "Connection: close\r\n\r\n");
    return buf_finish(out);
}
