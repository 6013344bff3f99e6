/* SPDX-License-Identifier: MIT */
#include "web/front/head.h"

#include "app/core/num.h"
#include "web/front/target.h"

enum { BODY_DIGITS_MAX = 15, PEER_MAX = 64 };

#define BODY_MAX 999999999999999ULL

/* What a header means to us; a name that is not in the table is dropped. */
enum meaning {
    KEEP_ONE,  /* goes on; a second one is refused */
    KEEP_LIST, /* goes on; several lines are one list by the standard */
    HOST,
    LENGTH,
    CODING, /* Transfer-Encoding */
    CONTENT_CODING,
    CONNECTION,
    EXPECT,
};

struct known {
    struct str name;
    enum meaning meaning;
};

static const struct known known[] = {
    { { "Host", 4 }, HOST },
    { { "Content-Length", 14 }, LENGTH },
    { { "Transfer-Encoding", 17 }, CODING },
    { { "Content-Encoding", 16 }, CONTENT_CODING },
    { { "Connection", 10 }, CONNECTION },
    { { "Expect", 6 }, EXPECT },
    { { "Cookie", 6 }, KEEP_ONE },
    { { "Origin", 6 }, KEEP_ONE },
    { { "Sec-Fetch-Site", 14 }, KEEP_ONE },
    { { "Authorization", 13 }, KEEP_ONE },
    { { "Content-Type", 12 }, KEEP_ONE },
    { { "Accept", 6 }, KEEP_LIST },
    { { "Accept-Language", 15 }, KEEP_LIST },
    { { "Accept-Encoding", 15 }, KEEP_LIST },
    { { "If-None-Match", 13 }, KEEP_LIST },
};

enum { KNOWN_COUNT = sizeof known / sizeof known[0] };

/* What is remembered while the lines are read. */
struct reading {
    struct head *head;
    uint32_t seen; /* one bit for each row of `known` */
};

/* ---- The end of the head ------------------------------------------------------------------------- */

dp_err head_find_end(struct str bytes, size_t *scanned, size_t *length)
{
    *length = 0;
    for (size_t i = *scanned; i < bytes.len && i < HEAD_MAX_BYTES; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];
        bool is_after_cr = i > 0 && bytes.ptr[i - 1] == '\r';
        if ((c == '\n') != is_after_cr || (c < 0x20 && c != '\t' && c != '\r' && c != '\n') ||
            c == 0x7f) {
            return err_make(DP_INVALID);
        }
        *scanned = i + 1;
        if (c == '\n' && i >= 3 && bytes.ptr[i - 2] == '\n') {
            *length = i + 1;
            return DP_SUCCESS;
        }
    }
    return err_make(bytes.len >= HEAD_MAX_BYTES ? DP_TOO_LONG : DP_OK);
}

/* ---- The request line ---------------------------------------------------------------------------- */

static bool is_token_char(char c)
{
    switch (c) {
    case '!':
    case '#':
    case '$':
    case '%':
    case '&':
    case '\'':
    case '*':
    case '+':
    case '-':
    case '.':
    case '^':
    case '_':
    case '`':
    case '|':
    case '~':
        return true;
    default:
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}

static bool is_token(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_token_char(text.ptr[i])) {
            return false;
        }
    }
    return text.len > 0;
}

/* 0 when it is one of ours. */
static int read_method(struct str text, enum head_method *out)
{
    static const struct str ours[] = { { "GET", 3 }, { "HEAD", 4 }, { "POST", 4 } };
    static const struct str others[] = { { "PUT", 3 },     { "DELETE", 6 }, { "PATCH", 5 },
                                         { "OPTIONS", 7 }, { "TRACE", 5 },  { "CONNECT", 7 } };
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (str_equal(text, ours[i])) {
            *out = (enum head_method)i;
            return 0;
        }
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (str_equal(text, others[i])) {
            return 405;
        }
    }
    return is_token(text) ? 501 : 400;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 0 for HTTP/1.1 and HTTP/1.0. */
static int read_version(struct str text, bool *is_http10)
{
    if (text.len != 8 || !str_starts_with(text, STR("HTTP/")) || !is_digit(text.ptr[5]) ||
        text.ptr[6] != '.' || !is_digit(text.ptr[7])) {
        return 400;
    }
    *is_http10 = str_ends_with(text, STR("1.0"));
    return *is_http10 || str_ends_with(text, STR("1.1")) ? 0 : 505;
}

static int read_request_line(struct str line, struct head *head)
{
    struct str rest = line;
    struct str method;
    struct str target;
    struct str version;
    if (!str_next(&rest, ' ', &method) || !str_next(&rest, ' ', &target) ||
        !str_next(&rest, ' ', &version) || rest.ptr != NULL) {
        return is_token(method) && line.len > HEAD_TARGET_MAX ? 414 : 400;
    }
    int status = read_version(version, &head->is_http10);
    if (status == 0) {
        status = read_method(method, &head->method);
    }
    if (status == 0 && target.len > HEAD_TARGET_MAX) {
        status = 414;
    }
    if (status == 0 && !target_is_path(target)) {
        status = 400;
    }
    head->target = target;
    return status;
}

/* ---- The lines ------------------------------------------------------------------------------------ */

static bool is_plain_ascii(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if ((c < 0x20 && c != '\t') || c >= 0x7f) {
            return false;
        }
    }
    return true;
}

static int keep(struct reading *reading, struct str name, struct str value)
{
    struct head *head = reading->head;
    if (!is_plain_ascii(value)) {
        return 400;
    }
    if (value.len == 0) {
        return 0;
    }
    if (head->kept_count == HEAD_KEPT_MAX) {
        return 431;
    }
    head->kept[head->kept_count++] = (struct head_field){ name, value };
    return 0;
}

static int read_length(struct str value, struct head *head)
{
    if (value.len > BODY_DIGITS_MAX ||
        !err_is_ok(num_uint(value, 0, BODY_MAX, &head->body_bytes))) {
        return 400;
    }
    return 0;
}

static void read_connection(struct str value, struct head *head)
{
    struct str rest = value;
    struct str option;
    while (str_next(&rest, ',', &option)) {
        if (str_equal_nocase(str_trim(option), STR("close"))) {
            head->wants_close = true;
        }
    }
}

static int read_known(struct reading *reading, const struct known *row, struct str value)
{
    struct head *head = reading->head;
    switch (row->meaning) {
    case HOST:
        return target_is_host(value) ? keep(reading, row->name, value) : 400;
    case LENGTH:
        return read_length(value, head);
    case CODING:
        return 0; /* check_whole() refuses it, in its own words when there is a length too */
    case CONTENT_CODING:
        return str_equal_nocase(value, STR("identity")) ? 0 : 415;
    case CONNECTION:
        read_connection(value, head);
        return 0;
    case EXPECT:
        head->wants_continue = true;
        return str_equal_nocase(value, STR("100-continue")) ? 0 : 417;
    case KEEP_ONE:
    case KEEP_LIST:
        return keep(reading, row->name, value);
    }
    return 400;
}

static size_t find_known(struct str name)
{
    size_t row = 0;
    while (row < KNOWN_COUNT && !str_equal_nocase(known[row].name, name)) {
        row++;
    }
    return row;
}

static int read_line(struct reading *reading, struct str line)
{
    size_t colon = str_find_char(line, ':');
    struct str name = str_slice(line, 0, colon);
    if (colon == line.len || !is_token(name)) {
        return 400; /* a folded line and a space before the colon end here too */
    }
    size_t row = find_known(name);
    if (row == KNOWN_COUNT) {
        return 0;
    }
    uint32_t bit = 1U << row;
    bool may_repeat = known[row].meaning == KEEP_LIST || known[row].meaning == CONNECTION;
    if ((reading->seen & bit) != 0 && !may_repeat) {
        return 400;
    }
    reading->seen |= bit;
    return read_known(reading, &known[row], str_trim(str_slice(line, colon + 1, line.len)));
}

static bool has_seen(const struct reading *reading, struct str name)
{
    return (reading->seen & (1U << find_known(name))) != 0;
}

/* What only the whole head shows. */
static int check_whole(const struct reading *reading)
{
    const struct head *head = reading->head;
    bool has_length = has_seen(reading, STR("Content-Length"));
    if (has_seen(reading, STR("Transfer-Encoding"))) {
        return has_length ? 400 : 501; /* two framings at once are an attack */
    }
    if (!has_seen(reading, STR("Host"))) {
        return 400;
    }
    if (head->method == HEAD_POST && !has_length) {
        return 411;
    }
    if (head->method != HEAD_POST && head->body_bytes > 0) {
        return 400;
    }
    return 0;
}

static bool names_session(struct str cookies)
{
    struct str rest = cookies;
    struct str cookie;
    while (str_next(&rest, ';', &cookie)) {
        struct str one = str_trim(cookie);
        size_t equals = str_find_char(one, '=');
        if (str_starts_with(one, STR("__Host-")) && equals + 1 < one.len) {
            return true;
        }
    }
    return false;
}

/* Takes the CR off a line that a LF ended; the last line of a head has lost both already. */
static bool take_cr_off(struct str *line, bool is_last)
{
    if (is_last) {
        return true;
    }
    bool has_cr = line->len > 0 && line->ptr[line->len - 1] == '\r';
    line->len -= has_cr ? 1 : 0;
    return has_cr;
}

static int parse(struct str text, struct head *head)
{
    struct reading reading = { .head = head };
    struct str rest = str_slice(text, 0, text.len - 4); /* without CR LF CR LF */
    struct str line = STR("");
    size_t count = 0;
    if (!str_next(&rest, '\n', &line) || !take_cr_off(&line, rest.ptr == NULL)) {
        return 400;
    }
    int status = read_request_line(line, head);
    while (status == 0 && str_next(&rest, '\n', &line)) {
        count++;
        if (!take_cr_off(&line, rest.ptr == NULL)) {
            return 400;
        }
        status = count > HEAD_LINES_MAX ? 431 : read_line(&reading, line);
    }
    return status == 0 ? check_whole(&reading) : status;
}

dp_err head_parse(struct str text, struct head *out, int *status)
{
    *out = (struct head){ .method = HEAD_GET };
    *status = 400;
    if (text.len < 4 || !str_ends_with(text, STR("\r\n\r\n"))) {
        return err_make(DP_INVALID);
    }
    *status = parse(text, out);
    if (*status != 0) {
        return err_make(DP_INVALID);
    }
    out->wants_close = out->wants_close || out->is_http10;
    out->wants_continue = out->wants_continue && !out->is_http10;
    for (size_t i = 0; i < out->kept_count; i++) {
        if (str_equal(out->kept[i].name, STR("Cookie"))) {
            out->has_session = names_session(out->kept[i].value);
        }
    }
    return DP_SUCCESS;
}

/* ---- Writing -------------------------------------------------------------------------------------- */

dp_err head_write(const struct head *head, struct str peer, struct buf *out)
{
    static const struct str methods[] = { { "GET ", 4 }, { "HEAD ", 5 }, { "POST ", 5 } };
    DP_CHECK(peer.len > 0 && peer.len < PEER_MAX);
    buf_add(out, methods[head->method]);
    buf_add(out, head->target);
    buf_add(out, STR(" HTTP/1.1\r\n"));
    for (size_t i = 0; i < head->kept_count; i++) {
        buf_add(out, head->kept[i].name);
        buf_add(out, STR(": "));
        buf_add(out, head->kept[i].value);
        buf_add(out, STR("\r\n"));
    }
    buf_fmt(out, "X-Daypulse-Peer: %.*s\r\nContent-Length: %llu\r\nConnection: close\r\n\r\n",
            STR_ARG(peer), (unsigned long long)head->body_bytes);
    return buf_finish(out);
}
