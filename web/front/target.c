/* SPDX-License-Identifier: MIT */
#include "web/front/target.h"

#include <arpa/inet.h>

#include "app/core/num.h"

enum { HOST_MAX = 253, PORT_DIGITS_MAX = 5, PORT_MAX = 65535, LABEL_MAX = 63 };

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* A character of a path segment that stands for itself (RFC 3986 pchar). */
static bool is_segment_char(char c)
{
    switch (c) {
    case '-':
    case '.':
    case '_':
    case '~':
    case '!':
    case '$':
    case '&':
    case '\'':
    case '(':
    case ')':
    case '*':
    case '+':
    case ',':
    case ';':
    case '=':
    case ':':
    case '@':
        return true;
    default:
        return is_alnum(c);
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that "%41" at `at` stands for, or -1. */
static int decoded_at(struct str text, size_t at)
{
    if (text.len - at < 3 || hex_value(text.ptr[at + 1]) < 0 ||
        hex_value(text.ptr[at + 2]) < 0) {
        return -1;
    }
    return hex_value(text.ptr[at + 1]) * 16 + hex_value(text.ptr[at + 2]);
}

/* Segments are compared after decoding: "%2e." is ".." to somebody. */
static bool is_segment(struct str segment)
{
    size_t dots = 0;
    size_t chars = 0;
    for (size_t i = 0; i < segment.len; i++) {
        int byte = (unsigned char)segment.ptr[i];
        if (byte == '%') {
            byte = decoded_at(segment, i);
            i += 2;
            if (byte < 0x20 || byte == 0x7f || byte == '/' || byte == '\\') {
                return false;
            }
        } else if (!is_segment_char((char)byte)) {
            return false;
        }
        dots += byte == '.' ? 1 : 0;
        chars++;
    }
    return !(chars == dots && (dots == 1 || dots == 2));
}

static bool is_query(struct str query)
{
    for (size_t i = 0; i < query.len; i++) {
        char c = query.ptr[i];
        if (c == '%') {
            if (decoded_at(query, i) < 1) {
                return false;
            }
            i += 2;
        } else if (!is_segment_char(c) && c != '/' && c != '?') {
            return false;
        }
    }
    return true;
}

bool target_is_path(struct str target)
{
    size_t path_len = str_find_char(target, '?');
    struct str path = str_slice(target, 0, path_len);
    if (path.len == 0 || path.ptr[0] != '/' ||
        !is_query(str_slice(target, path_len + 1, target.len))) {
        return false;
    }
    struct str rest = str_slice(path, 1, path.len);
    struct str segment;
    while (str_next(&rest, '/', &segment)) {
        bool is_last = rest.ptr == NULL;
        if (!is_segment(segment) || (segment.len == 0 && !is_last)) {
            return false;
        }
    }
    return true;
}

static bool is_port(struct str port)
{
    uint64_t number = 0;
    return port.len <= PORT_DIGITS_MAX && err_is_ok(num_uint(port, 1, PORT_MAX, &number));
}

static bool is_ipv6(struct str text)
{
    char address[INET6_ADDRSTRLEN];
    struct in6_addr bytes;
    return str_copy(text, address, sizeof address) && inet_pton(AF_INET6, address, &bytes) == 1;
}

/* A DNS name or an IPv4 address; one closing dot is the root and allowed. */
static bool is_name(struct str name)
{
    struct str rest = name;
    struct str label;
    size_t labels = 0;
    if (name.len == 0 || name.len > HOST_MAX) {
        return false;
    }
    while (str_next(&rest, '.', &label)) {
        bool is_root = label.len == 0 && labels > 0 && rest.ptr == NULL;
        if ((label.len == 0 && !is_root) || label.len > LABEL_MAX) {
            return false;
        }
        for (size_t i = 0; i < label.len; i++) {
            if (!is_alnum(label.ptr[i]) && label.ptr[i] != '-' && label.ptr[i] != '_') {
                return false;
            }
        }
        labels++;
    }
    return true;
}

bool target_is_host(struct str host)
{
    if (host.len > 0 && host.ptr[0] == '[') {
        size_t close = str_find_char(host, ']');
        struct str behind = str_slice(host, close + 1, host.len);
        return close < host.len && is_ipv6(str_slice(host, 1, close - 1)) &&
               (behind.len == 0 ||
                (behind.ptr[0] == ':' && is_port(str_slice(behind, 1, behind.len))));
    }
    size_t colon = str_find_char(host, ':');
    bool has_port = colon < host.len;
    return is_name(str_slice(host, 0, colon)) &&
           (!has_port || is_port(str_slice(host, colon + 1, host.len)));
}
