/* SPDX-License-Identifier: MIT */
/*
 * Target functions: reply_find_end, reply_parse, reply_write, chunk_read.
 *
 * Properties: a reply that is taken goes to the phone with exactly one framing and each security
 * header once, and parses again to the same status; the chunked coding gives the same content in any
 * pieces.
 */
#include <stdlib.h>
#include <string.h>

#include "web/front/chunk.h"
#include "web/front/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WRITTEN_MAX = 65536, CONTENT_MAX = 1 << 20 };

static void expect(bool condition)
{
    if (!condition) {
        abort();
    }
}

static size_t lines_named(struct str text, struct str name)
{
    struct str rest = text;
    struct str line;
    size_t count = 0;
    while (str_next(&rest, '\n', &line)) {
        struct str start = str_slice(line, 0, name.len);
        count += line.len > name.len && line.ptr[name.len] == ':' &&
                 str_equal_nocase(start, name);
    }
    return count;
}

static void expect_one_framing(const struct reply *reply)
{
    struct reply_frame frame = { .has_length = true, .length_bytes = 5, .may_stay = true };
    struct buf out BUF_AUTO = buf_new(WRITTEN_MAX);
    static struct reply again;
    expect(err_is_ok(reply_write(reply, &frame, &out)));
    struct str text = buf_str(&out);
    expect(lines_named(text, STR("Content-Length")) == 1);
    expect(lines_named(text, STR("Transfer-Encoding")) == 0);
    expect(lines_named(text, STR("Connection")) == 1);
    expect(lines_named(text, STR("Strict-Transport-Security")) >= 1);
    expect(lines_named(text, STR("Content-Security-Policy")) >= 1);
    if (reply->fields_count + 9 <= REPLY_FIELDS_MAX) {
        expect(err_is_ok(reply_parse(text, false, &again)));
        expect(again.status == reply->status && again.fields_count >= reply->fields_count);
    }
}

static dp_err read_chunks(struct str text, size_t step, struct buf *out, bool *is_done)
{
    struct chunk chunk = { .state = CHUNK_SIZE };
    size_t at = 0;
    while (at < text.len && !chunk_is_done(&chunk)) {
        size_t used = 0;
        DP_TRY(chunk_read(&chunk, str_slice(text, at, step), out, &used));
        expect(used > 0);
        at += used;
    }
    *is_done = chunk_is_done(&chunk);
    return DP_SUCCESS;
}

static void expect_same_chunks(struct str text)
{
    struct buf whole BUF_AUTO = buf_new(CONTENT_MAX);
    struct buf pieces BUF_AUTO = buf_new(CONTENT_MAX);
    bool is_done[2] = { false, false };
    dp_err at_once = read_chunks(text, text.len, &whole, &is_done[0]);
    dp_err in_pieces = read_chunks(text, 3, &pieces, &is_done[1]);
    expect(at_once.code == in_pieces.code && is_done[0] == is_done[1]);
    expect(str_equal(buf_str(&whole), buf_str(&pieces)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct reply reply;
    char *bytes = malloc(size > 0 ? size : 1);
    expect(bytes != NULL);
    if (size > 0) {
        memcpy(bytes, data, size);
    }
    struct str text = { bytes, size };
    size_t scanned = 0;
    size_t length = 0;
    if (err_is_ok(reply_find_end(text, &scanned, &length)) && length > 0) {
        bool is_head = size % 2 == 1;
        if (err_is_ok(reply_parse(str_slice(text, 0, length), is_head, &reply))) {
            expect(!is_head || reply.framing == REPLY_EMPTY);
            expect_one_framing(&reply);
        }
    }
    expect_same_chunks(str_slice(text, length, size));
    free(bytes);
    return 0;
}
