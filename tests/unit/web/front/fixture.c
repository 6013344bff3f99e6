/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "certs/leaf.h"
#include "tests/support/support.h"
#include "tests/unit/web/front/fixture.h"

enum { BACKEND_THREADS = 16 };

static double clock_ms(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

double fixture_cpu_ms(void)
{
    return clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

double fixture_now_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

void fixture_prepare(struct fixture *fixture)
{
    struct names names = { 0 };
    struct clock clock = clock_system();
    struct dp_problem problem = { 0 };
    memset(fixture, 0, sizeof *fixture);
    fixture->dir = support_tempdir();
    fixture->certs = support_path(fixture->dir, "certs");
    fixture->ca = support_path(fixture->certs, "ca.pem");
    fixture->key = support_path(fixture->certs, "leaf.key");
    fixture->chain = support_path(fixture->certs, "leaf.pem");
    fixture->socket = support_path(fixture->dir, "inner.sock");
    assert_ok(names_add(&names, STR("localhost"), NULL));
    assert_ok(leaf_ensure(fixture->certs, &names, &clock, NULL, &problem));
    fixture->backend = unix_backend_start(fixture->socket, BACKEND_THREADS);
    fixture->options = front_defaults();
    fixture->options.address = "127.0.0.1";
    fixture->options.key_path = fixture->key;
    fixture->options.chain_path = fixture->chain;
    fixture->options.backend_path = fixture->socket;
    fixture->options.spool_folder = fixture->dir;
    fixture->options.threads = 2;
    fixture->options.linger_ms = 300;
}

void fixture_start(struct fixture *fixture)
{
    struct dp_problem problem = { 0 };
    dp_err started = front_start(&fixture->options, &fixture->front, &problem);
    if (!err_is_ok(started)) {
        fail_msg("%s", problem.sentence);
    }
}

void fixture_end(struct fixture *fixture)
{
    front_stop(fixture->front);
    if (fixture->backend != NULL) {
        unix_backend_stop(fixture->backend);
    }
    support_remove_tree(fixture->dir);
}

struct tls_client_options fixture_client(const struct fixture *fixture)
{
    return tls_client_defaults(front_port(fixture->front));
}

struct tls_client *fixture_open(const struct fixture *fixture)
{
    struct tls_client_options options = fixture_client(fixture);
    struct tls_client *client = tls_client_open(&options);
    assert_non_null(client);
    return client;
}

int fixture_status(const struct fixture *fixture, const char *request, bool is_last)
{
    struct tls_client_reply reply;
    struct tls_client *client = fixture_open(fixture);
    (void)tls_client_send(client, request); /* the server may have refused before the end */
    if (!tls_client_read(client, &reply)) {
        fail_msg("no reply to\n%s", request);
    }
    int status = reply.status;
    if (is_last &&
        !(reply.is_whole && strstr(reply.head, "\r\nConnection: close\r\n") != NULL &&
          tls_client_is_ended(client))) {
        fail_msg("the connection went on after\n%s", request);
    }
    tls_client_reply_free(&reply);
    tls_client_close(client);
    return status;
}

void fixture_wait_connections(const struct fixture *fixture, size_t count)
{
    double until_ms = fixture_now_ms() + 10000;
    while (front_counts(fixture->front).connections != count) {
        if (fixture_now_ms() > until_ms) {
            fail_msg("%zu connections instead of %zu", front_counts(fixture->front).connections,
                     count);
        }
        (void)usleep(5000);
    }
}
