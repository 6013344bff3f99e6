/* SPDX-License-Identifier: MIT */
#include "web/request/response.h"

#include <unistd.h>

#include "app/core/file.h"
#include "web/request/status.h"

static void set_defaults(struct response *response)
{
    struct buf body = response->body;
    *response = (struct response){
        .status = 200,
        .type = STR("text/html; charset=utf-8"),
        .body = body,
        .file_fd = -1,
    };
}

struct response response_new(size_t body_max)
{
    struct response response = { .body = buf_new(body_max) };
    set_defaults(&response);
    return response;
}

void response_free(struct response *response)
{
    file_close_at(&response->file_fd);
    response->file_fd = -1;
    buf_free(&response->body);
}

void response_reset(struct response *response)
{
    file_close_at(&response->file_fd);
    buf_clear(&response->body);
    set_defaults(response);
}

void response_redirect(struct response *response, struct str path)
{
    DP_CHECK(path.len > 0 && path.ptr[0] == '/');
    DP_CHECK(path.len == 1 || (path.ptr[1] != '/' && path.ptr[1] != '\\'));
    buf_clear(&response->body);
    response->status = 303;
    response->type = STR("");
    response->location = path;
}

void response_cookie(struct response *response, struct str line)
{
    DP_CHECK(response->cookie_count < RESPONSE_COOKIES);
    response->cookies[response->cookie_count] = line;
    response->cookie_count++;
}

bool response_next_is_safe(struct str path)
{
    if (path.len == 0 || path.len > RESPONSE_NEXT_BYTES + 1 || path.ptr[0] != '/') {
        return false;
    }
    if (path.len > 1 && path.ptr[1] == '/') {
        return false;
    }
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && c != '/' && c != '_' && c != '-') {
            return false;
        }
    }
    return true;
}

void response_file(struct response *response, int fd, int64_t bytes)
{
    DP_CHECK(fd >= 0 && bytes >= 0 && response->file_fd < 0);
    response->file_fd = fd;
    response->file_bytes = bytes;
}

/* False if the value holds a control character. */
static bool add_line(struct buf *out, struct str name, struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7f) {
            return false;
        }
    }
    if (value.len > 0) {
        buf_add(out, name);
        buf_add(out, STR(": "));
        buf_add(out, value);
        buf_add(out, STR("\r\n"));
    }
    return true;
}

static bool add_download(struct buf *out, struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
            return false;
        }
    }
    if (name.len == 0) {
        return true;
    }
    buf_add(out, STR("Content-Disposition: attachment; filename=\""));
    buf_add(out, name);
    buf_add(out, STR("\"\r\n"));
    return true;
}

static struct str cache_control(enum response_cache cache)
{
    switch (cache) {
    case RESPONSE_NO_STORE:
        return STR("no-store");
    case RESPONSE_VALIDATE:
        return STR("private, no-cache");
    case RESPONSE_IMMUTABLE:
        return STR("public, max-age=31536000, immutable");
    }
    return STR("no-store");
}

static bool add_fields(const struct response *response, struct buf *out)
{
    bool is_good = add_line(out, STR("Content-Type"), response->type) &&
                   add_line(out, STR("Location"), response->location) &&
                   add_line(out, STR("Allow"), response->allow) &&
                   add_line(out, STR("WWW-Authenticate"), response->authenticate) &&
                   add_line(out, STR("ETag"), response->etag) &&
                   add_download(out, response->download);
    for (size_t i = 0; i < response->cookie_count; i++) {
        is_good = is_good && add_line(out, STR("Set-Cookie"), response->cookies[i]);
    }
    if (response->retry_after_s > 0) {
        buf_fmt(out, "Retry-After: %d\r\n", response->retry_after_s);
    }
    return is_good && add_line(out, STR("Cache-Control"), cache_control(response->cache));
}

dp_err response_write_head(const struct response *response, struct buf *out)
{
    buf_fmt(out, "HTTP/1.1 %d %s\r\n", response->status, status_reason(response->status));
    if (!add_fields(response, out)) {
        return err_make(DP_BUG);
    }
    headers_security(out, response->policy);
    int64_t bytes = response->file_fd >= 0 ? response->file_bytes : (int64_t)response->body.len;
    if (response->status != 204 && response->status != 304) {
        buf_fmt(out, "Content-Length: %lld\r\n", (long long)bytes);
    }
    buf_add(out, STR("Connection: close\r\n\r\n"));
    return buf_finish(out);
}
