/* SPDX-License-Identifier: MIT */
/*
 * Target functions: head_find_end, head_parse, head_write, target_is_path, target_is_host.
 *
 * Properties: the end of a head is found at the same place however the bytes come; a head that is
 * taken has one reading: what we write for the backend parses again to the same facts and is then
 * written the same; it has exactly one line for each thing that frames or names, and none that a
 * client could have written in our name.
 */
#include <stdlib.h>
#include <string.h>

#include "web/front/head.h"
#include "web/front/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WRITTEN_MAX = 65536 };

static void expect(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* Byte by byte the same answer as at once. */
static void expect_same_end(struct str text, dp_err at_once, size_t at_once_length)
{
    size_t scanned = 0;
    size_t length = 0;
    dp_err last = DP_SUCCESS;
    for (size_t len = 1; len <= text.len && err_is_ok(last) && length == 0; len++) {
        last = head_find_end(str_slice(text, 0, len), &scanned, &length);
    }
    expect(last.code == at_once.code);
    expect(length == at_once_length);
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

static void expect_canonical(const struct head *head, struct buf *out)
{
    static const struct str peer = { "192.0.2.7", 9 };
    expect(err_is_ok(head_write(head, peer, out)));
    struct str text = buf_str(out);
    expect(str_ends_with(text, STR("\r\n\r\n")));
    expect(lines_named(text, STR("Host")) == 1);
    expect(lines_named(text, STR("Content-Length")) == 1);
    expect(lines_named(text, STR("Connection")) == 1);
    expect(lines_named(text, STR("X-Daypulse-Peer")) == 1);
    expect(lines_named(text, STR("Transfer-Encoding")) == 0);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        expect((c >= 0x20 || c == '\r' || c == '\n' || c == '\t') && c < 0x7f);
    }
}

static void expect_one_reading(const struct head *head)
{
    struct buf once BUF_AUTO = buf_new(WRITTEN_MAX);
    struct buf twice BUF_AUTO = buf_new(WRITTEN_MAX);
    struct head again;
    int status = 0;
    expect_canonical(head, &once);
    expect(err_is_ok(head_parse(buf_str(&once), &again, &status)));
    expect(again.method == head->method && again.body_bytes == head->body_bytes);
    expect(again.has_session == head->has_session && !again.is_http10 && again.wants_close);
    expect(str_equal(again.target, head->target) && target_is_path(again.target));
    expect_canonical(&again, &twice);
    expect(str_equal(buf_str(&once), buf_str(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of exactly this size, so that one byte too many is seen. */
    char *bytes = malloc(size > 0 ? size : 1);
    expect(bytes != NULL);
    if (size > 0) {
        memcpy(bytes, data, size);
    }
    struct str text = { bytes, size };
    size_t scanned = 0;
    size_t length = 0;
    dp_err found = head_find_end(text, &scanned, &length);
    expect_same_end(text, found, length);
    struct head head;
    int status = 0;
    dp_err parsed = head_parse(str_slice(text, 0, length > 0 ? length : size), &head, &status);
    expect(err_is_ok(parsed) ? status == 0 : status >= 400 && status <= 505);
    if (err_is_ok(parsed) && length > 0) {
        expect(head.method == HEAD_POST || head.body_bytes == 0);
        expect_one_reading(&head);
    }
    (void)target_is_host(text);
    free(bytes);
    return 0;
}
