/* SPDX-License-Identifier: MIT */
#include "web/request/request.h"

static const struct {
    enum method method;
    struct str name;
} methods[] = {
    { METHOD_GET, { "GET", 3 } },       { METHOD_HEAD, { "HEAD", 4 } },
    { METHOD_POST, { "POST", 4 } },     { METHOD_PUT, { "PUT", 3 } },
    { METHOD_DELETE, { "DELETE", 6 } }, { METHOD_OTHER, { "OTHER", 5 } },
};

static const size_t method_count = sizeof methods / sizeof methods[0];

struct str request_method_name(enum method method)
{
    DP_CHECK((size_t)method < method_count);
    return methods[method].name;
}

enum method request_method_of(struct str name)
{
    for (size_t i = 0; i < method_count; i++) {
        if (str_equal(methods[i].name, name)) {
            return methods[i].method;
        }
    }
    return METHOD_OTHER;
}

static bool is_plain_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

bool request_path_is_plain(struct str path)
{
    if (path.len == 0 || path.len > REQUEST_PATH_BYTES || path.ptr[0] != '/') {
        return false;
    }
    struct str rest = str_slice(path, 1, path.len);
    struct str segment;
    while (str_next(&rest, '/', &segment)) {
        bool is_last = rest.ptr == NULL;
        if ((segment.len == 0 && !is_last) || str_equal(segment, STR(".")) ||
            str_equal(segment, STR(".."))) {
            return false;
        }
        for (size_t i = 0; i < segment.len; i++) {
            if (!is_plain_char(segment.ptr[i])) {
                return false;
            }
        }
    }
    return true;
}

dp_err request_read_body(struct request *request, size_t max_bytes)
{
    if (request->body_bytes > max_bytes) {
        return err_make(DP_TOO_LONG);
    }
    while (request->storage != NULL && request->storage->len < request->body_bytes) {
        size_t wanted = request->body_bytes - request->storage->len;
        char *room = buf_reserve(request->storage, wanted);
        if (room == NULL) {
            return buf_finish(request->storage);
        }
        ssize_t got = request->source.read(request->source.context, room, wanted);
        if (got <= 0 || (size_t)got > wanted) {
            return err_make(DP_IO);
        }
        buf_grow_by(request->storage, (size_t)got);
        request->body = buf_str(request->storage);
    }
    return DP_SUCCESS;
}

bool request_is_form(const struct request *request)
{
    struct str rest = request->content_type;
    struct str type;
    return str_next(&rest, ';', &type) &&
           str_equal_nocase(str_trim(type), STR("application/x-www-form-urlencoded"));
}
