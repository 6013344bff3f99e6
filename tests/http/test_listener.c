/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/http/appliance.h"
#include "tests/support/shell.h"
#include "tests/support/support.h"
#include "tests/support/tls_client.h"

enum {
    CROWD = 200,
    VISITS_MAX = 20000,
    P99_MAX_MS = 250,
    IDLE_MS = 2000,
    IDLE_PCT_MAX = 5,
    STAY_MS = 4000,
};

#define HEALTH "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"

static int set_up(void **state)
{
    static struct appliance appliance;
    *state = &appliance;
    appliance_start(&appliance);
    return 0;
}

static int tear_down(void **state)
{
    appliance_stop(*state);
    return 0;
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static struct tls_client *open_client(const struct appliance *appliance)
{
    struct tls_client_options options = tls_client_defaults(appliance->port);
    struct tls_client *client = tls_client_open(&options);
    assert_non_null(client);
    return client;
}

static int status_of(const struct appliance *appliance, const char *request)
{
    struct tls_client_reply reply;
    struct tls_client *client = open_client(appliance);
    (void)tls_client_send(client, request);
    assert_true(tls_client_read(client, &reply));
    int status = reply.status;
    tls_client_reply_free(&reply);
    tls_client_close(client);
    return status;
}

/* ---- TLS ---------------------------------------------------------------------------------------------- */

static int openssl(const struct appliance *appliance, const char *arguments)
{
    char line[1024];
    (void)snprintf(
        line, sizeof line,
        "(printf '%s' ; sleep 0.2) | timeout 20 openssl s_client -connect 127.0.0.1:%u "
        "-CAfile %s/certs/ca.pem -verify_return_error -verify_hostname localhost -quiet "
        "%s >%s/said 2>&1",
        "GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n", appliance->port,
        appliance->data, arguments, appliance->dir);
    return shell_run(line);
}

/* TLS 1.2 and 1.3 with a chain that another implementation verifies; nothing older. */
static void test_listener_versions(void **state)
{
    struct appliance *appliance = *state;
    assert_int_not_equal(openssl(appliance, "-tls1 -cipher ALL:@SECLEVEL=0"), 0);
    assert_int_not_equal(openssl(appliance, "-tls1_1 -cipher ALL:@SECLEVEL=0"), 0);
    assert_int_not_equal(openssl(appliance, "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256"), 0);
    static const char *const good[] = { "-tls1_2", "-tls1_3" };
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(openssl(appliance, good[i]), 0);
        const char *said = support_read_file(support_path(appliance->dir, "said"), NULL);
        assert_non_null(strstr(said, "HTTP/1.1 200 OK"));
    }
}

/* ---- Requests ------------------------------------------------------------------------------------------ */

/* The health page, kept connections, and what must never get through to the pages. */
static void test_listener_requests(void **state)
{
    struct appliance *appliance = *state;
    struct tls_client_reply reply;
    struct tls_client *client = open_client(appliance);
    for (int i = 0; i < 2; i++) {
        assert_true(tls_client_send(client, HEALTH "\r\n"));
        assert_true(tls_client_read(client, &reply));
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, "ok\n");
        assert_non_null(strstr(reply.head, "\r\nStrict-Transport-Security: max-age=63072000"));
        tls_client_reply_free(&reply);
    }
    tls_client_close(client);
    assert_int_equal(status_of(appliance, HEALTH "Transfer-Encoding: chunked\r\n\r\n"), 501);
    assert_int_equal(
        status_of(appliance, "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                             "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        400);
    assert_int_equal(status_of(appliance, HEALTH "Host: other\r\n\r\n"), 400);
    assert_int_equal(status_of(appliance, HEALTH "\r\n" HEALTH "\r\n"), 400);
    assert_int_equal(
        status_of(appliance, "GET /../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
    assert_int_equal(status_of(appliance, "PUT /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                     405);
    assert_int_equal(status_of(appliance, "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                     404);
}

/* Nothing in the log says who was there or what was asked. */
static void test_listener_log_names_nobody(void **state)
{
    struct appliance *appliance = *state;
    struct tls_client_options options = tls_client_defaults(appliance->port);
    struct tls_client_reply reply;
    options.from = "127.0.0.77";
    struct tls_client *client = tls_client_open(&options);
    assert_non_null(client);
    assert_true(
        tls_client_send(client, "GET /secret-path HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    assert_true(tls_client_read(client, &reply));
    tls_client_reply_free(&reply);
    assert_true(tls_client_send(client, "broken\r\n\r\n"));
    assert_true(tls_client_read(client, &reply));
    tls_client_reply_free(&reply);
    tls_client_close(client);
    const char *log = appliance_log(appliance);
    assert_null(strstr(log, "127.0.0.77"));
    assert_null(strstr(log, "secret-path"));
}

/* ---- Reload -------------------------------------------------------------------------------------------- */

/* A renewed certificate is served after SIGHUP, and a connection from before goes on. */
static void test_listener_reload(void **state)
{
    struct appliance *appliance = *state;
    uint8_t before[32];
    uint8_t after[32];
    struct tls_client_reply reply;
    struct tls_client *old = open_client(appliance);
    tls_client_fingerprint(old, before);
    appliance_run(appliance, "cert renew");
    assert_int_equal(kill(appliance->web, SIGHUP), 0);
    appliance_wait_log(appliance, "the certificate was read again");
    struct tls_client *fresh = open_client(appliance);
    tls_client_fingerprint(fresh, after);
    assert_memory_not_equal(before, after, sizeof before);
    assert_true(tls_client_send(old, HEALTH "\r\n"));
    assert_true(tls_client_read(old, &reply));
    assert_int_equal(reply.status, 200);
    tls_client_reply_free(&reply);
    tls_client_close(old);
    tls_client_close(fresh);
}

/* ---- The crowd ----------------------------------------------------------------------------------------- */

struct crowd {
    int silent[CROWD];
    struct tls_client *dripping[CROWD];
};

static void gather_crowd(const struct appliance *appliance, struct crowd *crowd)
{
    struct tls_client_options options = tls_client_defaults(appliance->port);
    for (size_t i = 0; i < CROWD; i++) {
        crowd->silent[i] = tls_client_connect(&options);
        assert_true(crowd->silent[i] >= 0);
        crowd->dripping[i] = open_client(appliance);
    }
}

/* One byte of a head from each. The listener throws them out after ten seconds; that is their end. */
static void drip_once(const struct crowd *crowd)
{
    for (size_t i = 0; i < CROWD; i++) {
        (void)tls_client_send(crowd->dripping[i], "G");
    }
}

static void end_crowd(const struct crowd *crowd)
{
    for (size_t i = 0; i < CROWD; i++) {
        close(crowd->silent[i]);
        tls_client_close(crowd->dripping[i]);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Honest visits for a while, beside the crowd if there is one. Gives the 99th percentile. */
static double p99_of_visits_ms(const struct appliance *appliance, const struct crowd *crowd,
                               double stay_ms)
{
    static double visits[VISITS_MAX];
    size_t count = 0;
    double begun_ms = now_ms();
    double dripped_ms = begun_ms;
    while (now_ms() - begun_ms < stay_ms && count < VISITS_MAX) {
        if (crowd != NULL && now_ms() - dripped_ms >= 1000) {
            dripped_ms = now_ms();
            drip_once(crowd);
        }
        double visit_ms = now_ms();
        assert_int_equal(status_of(appliance, HEALTH "\r\n"), 200);
        visits[count++] = now_ms() - visit_ms;
        (void)usleep(5000);
    }
    qsort(visits, count, sizeof visits[0], compare);
    return visits[count * 99 / 100];
}

/* 200 silent and 200 dripping sockets: the process idles, and an honest visit stays quick. What a
 * visit takes without them is measured too, because other tests may run beside this one. */
static void test_listener_crowd_neither_burns_nor_blocks(void **state)
{
    static struct crowd crowd;
    struct appliance *appliance = *state;
    const char *wanted = getenv("ATTACK_S");
    double stay_ms = wanted != NULL ? strtod(wanted, NULL) * 1000 : STAY_MS;
    double alone_ms = p99_of_visits_ms(appliance, NULL, STAY_MS / 4.0);
    gather_crowd(appliance, &crowd);
    double cpu_ms = appliance_cpu_ms(appliance);
    double begun_ms = now_ms();
    for (int i = 0; i < IDLE_MS / 1000; i++) {
        drip_once(&crowd);
        (void)usleep(1000000);
    }
    double idle_pct = (appliance_cpu_ms(appliance) - cpu_ms) * 100 / (now_ms() - begun_ms);
    double p99_ms = p99_of_visits_ms(appliance, &crowd, stay_ms);
    end_crowd(&crowd);
    print_message("idle CPU %.1f %%, p99 of a visit %.1f ms, alone %.1f ms\n", idle_pct, p99_ms,
                  alone_ms);
    assert_true(p99_ms < P99_MAX_MS + alone_ms);
    assert_true(idle_pct < IDLE_PCT_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_listener_versions),
        cmocka_unit_test(test_listener_requests),
        cmocka_unit_test(test_listener_log_names_nobody),
        cmocka_unit_test(test_listener_reload),
        cmocka_unit_test(test_listener_crowd_neither_burns_nor_blocks),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
