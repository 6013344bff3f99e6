/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A small HTTP server on a Unix socket for tests of the front. It trusts what it gets (that is what
 * the front is for) and answers by path:
 *
 *     /echo           the whole request, head and body, as text
 *     /bytes/N        N bytes with a Content-Length ("abc...z" over and over)
 *     /chunks/N       the same bytes, chunked
 *     /endless        chunked bytes until the client goes
 *     /wait/MS        "ok" after so many milliseconds
 *     /half           announces 1000 bytes, sends 10 and closes
 *     /half-chunks    begins a chunked reply of 3 MiB and closes
 *     /nothing        closes without a word
 *     /garbage        something that is not HTTP
 *     /no-length      a reply that ends with the connection
 *     /split          a header value with a line feed in it
 *     anything else   "ok"
 *
 * A request to HEAD gets the head alone. It counts the requests that reached it.
 */

#include <stddef.h>

struct unix_backend;

/** Starts on a path with so many threads. Fails the test when it can't. */
struct unix_backend *unix_backend_start(const char *socket_path, unsigned threads);

/** Requests with a whole head so far. */
size_t unix_backend_requests(const struct unix_backend *backend);

/** Stops and removes the socket. */
void unix_backend_stop(struct unix_backend *backend);

/** The byte at a place of /bytes and /chunks. */
char unix_backend_byte(size_t at);
