/* SPDX-License-Identifier: MIT */
#include "app/core/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void sink_start(struct sink *sink, dp_err (*drain)(void *context, struct bytes data),
                void *context)
{
    sink->drain = drain;
    sink->context = context;
    sink->failed = DP_OK;
    sink->used = 0;
}

static void drain_bytes(struct sink *sink, const char *ptr, size_t len)
{
    if (sink->failed == DP_OK && len > 0) {
        sink->failed = sink->drain(sink->context, bytes_of(ptr, len)).code;
    }
}

dp_err sink_flush(struct sink *sink)
{
    drain_bytes(sink, sink->buffer, sink->used);
    sink->used = 0;
    return err_make(sink->failed);
}

void sink_add(struct sink *sink, struct str s)
{
    if (s.len > SINK_BUFFER_BYTES - sink->used) {
        err_ignore(sink_flush(sink)); /* sticks */
    }
    if (s.len > SINK_BUFFER_BYTES) {
        drain_bytes(sink, s.ptr, s.len);
        return;
    }
    if (s.len > 0) {
        memcpy(sink->buffer + sink->used, s.ptr, s.len);
        sink->used += s.len;
    }
}

void sink_add_char(struct sink *sink, char c)
{
    if (sink->used == SINK_BUFFER_BYTES) {
        err_ignore(sink_flush(sink)); /* sticks */
    }
    sink->buffer[sink->used++] = c;
}

char *sink_reserve(struct sink *sink, size_t len)
{
    DP_CHECK(len <= SINK_BUFFER_BYTES);
    if (len > SINK_BUFFER_BYTES - sink->used) {
        err_ignore(sink_flush(sink)); /* sticks */
    }
    return sink->buffer + sink->used;
}

void sink_grow_by(struct sink *sink, size_t len)
{
    DP_CHECK(len <= SINK_BUFFER_BYTES - sink->used);
    sink->used += len;
}

static dp_err drain_to_buf(void *context, struct bytes data)
{
    struct buf *out = context;
    buf_add_bytes(out, data.ptr, data.len);
    return buf_finish(out);
}

void sink_start_buf(struct sink *sink, struct buf *out)
{
    sink_start(sink, drain_to_buf, out);
}

/* ---- Files -------------------------------------------------------------------------------------- */

static dp_err drain_to_file(void *context, struct bytes data)
{
    struct sink_file *file = context;
    file->error = file_write_fully(file->fd, data);
    if (file->error != 0) {
        return err_make(file_code_of_errno(file->error));
    }
    secret_sha_add(&file->sha, data);
    file->bytes_count += data.len;
    return DP_SUCCESS;
}

dp_err sink_file_open(struct sink_file *file, const char *path, mode_t mode,
                      struct dp_problem *problem)
{
    file->fd = -1;
    file->error = 0;
    file->bytes_count = 0;
    sink_start(&file->sink, drain_to_file, file);
    secret_sha_start(&file->sha);
    if (!str_copy(str_of(path), file->path, sizeof file->path)) {
        return file_fail("could not create", path, ENAMETOOLONG, problem);
    }
    file->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file->fd < 0) {
        return file_fail("could not create", path, errno, problem);
    }
    if (fchmod(file->fd, mode) != 0) { /* whatever the umask says */
        int error = errno;
        sink_file_abandon(file);
        return file_fail("could not set the mode of", path, error, problem);
    }
    return DP_SUCCESS;
}

dp_err sink_file_close(struct sink_file *file, struct sink_written *out,
                       struct dp_problem *problem)
{
    DP_CHECK(file->fd >= 0);
    dp_err err = sink_flush(&file->sink);
    if (err_is_ok(err) && fsync(file->fd) != 0) {
        file->error = errno;
        err = err_make(file_code_of_errno(file->error));
    }
    if (!err_is_ok(err)) {
        sink_file_abandon(file);
        return file_fail("could not write", file->path, file->error, problem);
    }
    close(file->fd);
    file->fd = -1;
    if (out != NULL) {
        out->bytes_count = file->bytes_count;
        out->sha256 = secret_sha_end(&file->sha);
    }
    return DP_SUCCESS;
}

void sink_file_abandon(struct sink_file *file)
{
    if (file->fd >= 0) {
        close(file->fd);
        file->fd = -1;
        unlink(file->path);
    }
}
