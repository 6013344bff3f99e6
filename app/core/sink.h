/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Where bytes go when nobody wants to hold them all: a buffer in front of a function that takes
 * them away. Writers add small pieces; the function gets large ones. As with struct buf the first
 * failure sticks, later writes do nothing, and the caller asks once, at the end.
 *
 *     struct sink_file file;
 *     DP_TRY(sink_file_open(&file, "results.csv.tmp", 0640, problem));
 *     csv_... (&file.sink, ...)
 *     DP_TRY(sink_file_close(&file, &written, problem));    bytes, SHA-256, on the disk
 */

#include "app/core/buf.h"
#include "app/core/err.h"
#include "app/core/file.h"
#include "app/core/secret.h"
#include "app/core/str.h"

enum { SINK_BUFFER_BYTES = 32768 };

/** A sink; too large for a small stack, so it usually lives in something on the heap. */
struct sink {
    /* Takes bytes away, never called with none. What it fails with sticks. */
    dp_err (*drain)(void *context, struct bytes data);
    void *context;
    enum dp_code failed;
    size_t used;
    char buffer[SINK_BUFFER_BYTES];
};

/** Starts an empty sink. Takes: the context must live as long as the sink. */
void sink_start(struct sink *sink, dp_err (*drain)(void *context, struct bytes data),
                void *context);

/** Starts a sink that ends in a buffer. */
void sink_start_buf(struct sink *sink, struct buf *out);

void sink_add(struct sink *sink, struct str s);
void sink_add_char(struct sink *sink, char c);

/** Room for `len` (at most SINK_BUFFER_BYTES) bytes at the end, to be filled by the caller, who then
 * calls sink_grow_by(). Never NULL: after a failure the bytes go nowhere. Valid until the next
 * write. */
char *sink_reserve(struct sink *sink, size_t len);
void sink_grow_by(struct sink *sink, size_t len);

/** Drains the buffer. Gives the sticky result. Fails: what the drain failed with. */
dp_err sink_flush(struct sink *sink);

/** A sink that ends in a new file, counting and hashing what it writes. */
struct sink_file {
    struct sink sink;
    int fd;
    int error; /* errno of the failure */
    uint64_t bytes_count;
    struct secret_sha sha;
    char path[FILE_PATH_MAX];
};

/** What a finished file holds. */
struct sink_written {
    uint64_t bytes_count;
    struct secret_hash sha256;
};

/** Creates the file; one that is there already is an error.
 * Fails: DP_EXISTS, DP_TOO_LONG, and file_code_of_errno()'s codes. */
dp_err sink_file_open(struct sink_file *file, const char *path, mode_t mode,
                      struct dp_problem *problem);

/** Writes what is left, makes it last (fsync; the folder's entry is the caller's: file_sync_dir())
 * and closes. On failure the file is removed. Takes: `out` may be NULL.
 * Fails: DP_FULL (no space left), DP_IO. */
dp_err sink_file_close(struct sink_file *file, struct sink_written *out,
                       struct dp_problem *problem);

/** Gives up: closes and removes the file. Does nothing after sink_file_close(). */
void sink_file_abandon(struct sink_file *file);

#define SINK_FILE_AUTO __attribute__((cleanup(sink_file_abandon)))
