/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Plain HTTP on a private Unix socket, by CivetWeb; the only room that knows CivetWeb.
 *
 * The front (web/front) is the only client: it opens one connection a request, sends a canonical head
 * that it has parsed strictly itself, and closes. So there is no TLS, no keep-alive, no file, no CGI,
 * no access log here. Each request gets an arena and a response, one handler is called, and the
 * response goes out with all security headers, also when CivetWeb itself refuses the request.
 *
 * CivetWeb's messages may hold addresses and paths, so those that come with a request are dropped;
 * those of the start are turned into the problem that server_start() gives.
 */

#include "web/request/request.h"
#include "web/request/response.h"

/** Answers one request. Called by any of the worker threads, several at once. */
typedef void server_handler(void *context, struct request *request, struct response *response);

struct server_options {
    const char *socket_path; /* below 107 bytes; its folder must be ours alone (0700) */
    unsigned threads;        /* 1..512; a request holds one while it is answered */
    size_t arena_bytes;      /* memory for one request's data */
    size_t body_bytes;       /* the largest body that any page may ask for */
    size_t response_bytes;   /* the largest page */
    unsigned timeout_ms;     /* for a silent front */
    server_handler *handle;
    void *context;
};

/** Defaults for all but socket_path, handle and context. */
struct server_options server_defaults(void);

struct server;

/** Starts listening and the workers. A socket that a dead process has left is removed.
 * Fails: DP_USAGE (path too long, threads out of range), DP_CONFLICT (something else has that name),
 * DP_BUSY (a living server listens there), DP_IO (with CivetWeb's reason). */
dp_err server_start(const struct server_options *options, struct server **out,
                    struct dp_problem *problem);

/** Lets running requests end, stops the workers and removes the socket. NULL is fine. */
void server_stop(struct server *server);
