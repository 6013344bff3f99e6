/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "tests/unit/web/front/fixture.h"

enum { KIB = 1024, MIB = 1024 * 1024 };

#define HOST    "Host: localhost\r\n"
#define SESSION "Cookie: __Host-s=1\r\n"

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture_prepare(&fixture);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    fixture_end(*state);
    return 0;
}

/* ---- Start ------------------------------------------------------------------------------------------- */

static void refuse_start(struct fixture *f, enum dp_code code, const char *said)
{
    struct dp_problem problem = { 0 };
    struct front *front = NULL;
    assert_err(front_start(&f->options, &front, &problem), code);
    assert_null(front);
    if (strstr(problem.sentence, said) == NULL) {
        fail_msg("\"%s\" lacks \"%s\"", problem.sentence, said);
    }
}

/* Each thing that an admin can get wrong is said, and nothing is left behind. */
static void test_front_start_bad_options_are_said(void **state)
{
    struct fixture *f = *state;
    struct front_options good = f->options;
    char longer[200];
    f->options.address = "localhost";
    refuse_start(f, DP_USAGE, "\"localhost\" is not an IP address");
    f->options.address = "192.0.2.1";
    refuse_start(f, DP_USAGE, "can't listen on 192.0.2.1");
    f->options = good;
    f->options.key_path = support_path(f->dir, "none");
    refuse_start(f, DP_NOT_FOUND, "none");
    f->options = good;
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    f->options.backend_path = longer;
    refuse_start(f, DP_USAGE, "too long");
    f->options.backend_path = NULL;
    refuse_start(f, DP_USAGE, "missing");
    front_stop(NULL);
}

/* A port that is taken is said with its number. */
static void test_front_start_taken_port_is_said(void **state)
{
    struct fixture *f = *state;
    char port[16];
    fixture_start(f);
    f->options.port = front_port(f->front);
    (void)snprintf(port, sizeof port, "port %u", f->options.port);
    refuse_start(f, DP_BUSY, port);
}

/* ---- Requests ---------------------------------------------------------------------------------------- */

/* The plain case, twice on one connection, over both protocols of the address family. */
static void test_front_get_is_answered_and_connection_kept(void **state)
{
    struct fixture *f = *state;
    struct tls_client_reply reply;
    f->options.address = "::";
    fixture_start(f);
    struct tls_client *client = fixture_open(f);
    for (int i = 0; i < 3; i++) {
        assert_true(tls_client_send(client, "GET /a HTTP/1.1\r\n" HOST "\r\n"));
        assert_true(tls_client_read(client, &reply));
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, "ok");
        assert_non_null(strstr(reply.head, "\r\nConnection: keep-alive\r\n"));
        assert_non_null(strstr(reply.head, "\r\nStrict-Transport-Security: "));
        tls_client_reply_free(&reply);
    }
    tls_client_close(client);
    assert_int_equal(unix_backend_requests(f->backend), 3);
}

/* What the backend sees is ours: canonical, with the real address, whatever the client claims. */
static void test_front_peer_header_is_unforgeable(void **state)
{
    struct fixture *f = *state;
    struct tls_client_reply reply;
    fixture_start(f);
    struct tls_client_options options = fixture_client(f);
    options.from = "127.0.0.9";
    struct tls_client *client = tls_client_open(&options);
    assert_non_null(client);
    assert_true(tls_client_send(client,
                                "POST /echo?x=1 HTTP/1.1\r\nhost: localhost\r\n"
                                "X-Daypulse-Peer: 6.6.6.6\r\nx-daypulse-peer: 6.6.6.6\r\n"
                                "X-Forwarded-For: 6.6.6.6\r\nContent-Length: 5\r\n"
                                "Connection: X-Daypulse-Peer\r\n\r\nhello"));
    assert_true(tls_client_read(client, &reply));
    assert_string_equal(reply.body, "POST /echo?x=1 HTTP/1.1\r\nHost: localhost\r\n"
                                    "X-Daypulse-Peer: 127.0.0.9\r\nContent-Length: 5\r\n"
                                    "Connection: close\r\n\r\nhello");
    tls_client_reply_free(&reply);
    tls_client_close(client);
}

/* Each attempt to be read in two ways gets 4xx or 5xx and the end, and never reaches the backend. */
static void test_front_bad_heads_are_refused_and_closed(void **state)
{
    static const struct {
        int status;
        const char *text;
    } bad[] = {
        { 400,
          "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
          "0\r\n\r\nGET /evil HTTP/1.1\r\n" HOST "\r\n" },
        { 501, "POST / HTTP/1.1\r\n" HOST
               "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" },
        { 400,
          "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello" },
        { 400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\nhello" },
        { 400, "POST / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\nhello" },
        { 400, "GET / HTTP/1.1\r\n" HOST "\r\nGET /evil HTTP/1.1\r\n" HOST "\r\n" },
        { 400, "GET / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello" },
        { 400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhello" },
        { 411, "POST / HTTP/1.1\r\n" HOST "\r\n" },
        { 413, "POST / HTTP/1.1\r\n" HOST "Content-Length: 65537\r\n\r\n" },
        { 413, "POST / HTTP/1.1\r\n" HOST SESSION "Content-Length: 10485761\r\n\r\n" },
        { 415,
          "POST / HTTP/1.1\r\n" HOST "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx" },
        { 417, "POST / HTTP/1.1\r\n" HOST "Expect: 200-ok\r\nContent-Length: 1\r\n\r\nx" },
        { 400, "GET / HTTP/1.1\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\n" HOST HOST "\r\n" },
        { 400, "GET / HTTP/1.1\n" HOST "\r\n" },
        { 400, "GET / HTTP/1.1\r\n" HOST "X: a\r\n folded\r\n\r\n" },
        { 400, "GET http://localhost/ HTTP/1.1\r\n" HOST "\r\n" },
        { 400, "GET /a/../b HTTP/1.1\r\n" HOST "\r\n" },
        { 400, "GET /%00 HTTP/1.1\r\n" HOST "\r\n" },
        { 400, "GET / HTTP/1.1 HTTP/1.1\r\n" HOST "\r\n" },
        { 400, "\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n" },
        { 405, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n" },
        { 405, "CONNECT a:443 HTTP/1.1\r\n" HOST "\r\n" },
        { 501, "HELLO / HTTP/1.1\r\n" HOST "\r\n" },
        { 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
        { 400, "\x16\x03\x01\x02" },
    };
    struct fixture *f = *state;
    fixture_start(f);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int status = fixture_status(f, bad[i].text, true);
        if (status != bad[i].status) {
            fail_msg("%d instead of %d for\n%s", status, bad[i].status, bad[i].text);
        }
    }
    assert_int_equal(unix_backend_requests(f->backend), 0);
}

/* 16 KiB and one byte, and ten thousand lines. */
static void test_front_large_heads_are_refused(void **state)
{
    struct fixture *f = *state;
    static char text[200 * KIB];
    fixture_start(f);
    size_t len = (size_t)snprintf(text, sizeof text, "GET / HTTP/1.1\r\n" HOST "X: ");
    const size_t most = (size_t)16 * KIB;
    memset(text + len, 'a', most - len - 4);
    (void)snprintf(text + most - 4, 8, "\r\n\r\n");
    assert_int_equal(fixture_status(f, text, false), 200);
    memset(text + len, 'a', most - len - 3);
    (void)snprintf(text + most - 3, 8, "\r\n\r\n");
    assert_int_equal(fixture_status(f, text, true), 431);
    len = (size_t)snprintf(text, sizeof text, "GET / HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 10000; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "X: y\r\n");
    }
    assert_int_equal(fixture_status(f, text, true), 431);
    len = (size_t)snprintf(text, sizeof text, "GET /");
    memset(text + len, 'a', 3000);
    (void)snprintf(text + len + 3000, 64, " HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(fixture_status(f, text, true), 414);
}

/* A refused HEAD has no body; a HEAD that is answered has the length that GET would have. */
static void test_front_head_has_no_body(void **state)
{
    struct fixture *f = *state;
    struct tls_client_reply reply;
    fixture_start(f);
    struct tls_client *client = fixture_open(f);
    for (int i = 0; i < 2; i++) {
        assert_true(tls_client_send(client, "HEAD /bytes/5000 HTTP/1.1\r\n" HOST "\r\n"));
        assert_true(tls_client_read_head(client, &reply));
        assert_int_equal(reply.status, 200);
        assert_non_null(strstr(reply.head, "\r\nContent-Length: 5000\r\n"));
        tls_client_reply_free(&reply);
    }
    assert_true(tls_client_send(client, "HEAD / HTTP/1.1\r\n" HOST HOST "\r\n"));
    assert_true(tls_client_read_head(client, &reply));
    assert_int_equal(reply.status, 400);
    tls_client_reply_free(&reply);
    assert_true(tls_client_is_ended(client));
    tls_client_close(client);
}

/* HTTP/1.0 and "close" end the connection after the reply. */
static void test_front_close_is_kept_to(void **state)
{
    struct fixture *f = *state;
    fixture_start(f);
    assert_int_equal(fixture_status(f, "GET / HTTP/1.0\r\n" HOST "\r\n", true), 200);
    assert_int_equal(
        fixture_status(f, "GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", true), 200);
}

/* Posts `len` bytes in pieces and expects them back. */
static void echo_body(struct fixture *f, const char *headers, size_t len, size_t piece)
{
    char head[512];
    char *body = malloc(len + 1);
    struct tls_client_reply reply;
    struct tls_client *client = fixture_open(f);
    assert_non_null(body);
    for (size_t i = 0; i < len; i++) {
        body[i] = unix_backend_byte(i * 7 / 3);
    }
    (void)snprintf(head, sizeof head,
                   "POST /echo HTTP/1.1\r\n" HOST "%sContent-Length: %zu\r\n\r\n", headers,
                   len);
    assert_true(tls_client_send(client, head));
    for (size_t at = 0; at < len; at += piece) {
        assert_true(
            tls_client_send_bytes(client, body + at, len - at < piece ? len - at : piece));
    }
    assert_true(tls_client_read(client, &reply));
    assert_int_equal(reply.status, 200);
    assert_true(reply.is_whole && reply.body_len > len);
    assert_memory_equal(reply.body + reply.body_len - len, body, len);
    assert_int_equal(strncmp(reply.body, "POST /echo HTTP/1.1\r\nHost: localhost\r\n", 38), 0);
    tls_client_reply_free(&reply);
    tls_client_close(client);
    free(body);
}

/* Bytes behind the body, in the record that ends it, are a second request in disguise. */
static void test_front_bytes_behind_body_are_refused(void **state)
{
    struct fixture *f = *state;
    struct tls_client_reply reply;
    fixture_start(f);
    struct tls_client *client = fixture_open(f);
    assert_true(
        tls_client_send(client, "POST / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n"));
    assert_true(tls_client_send(client, "hiGET /evil HTTP/1.1\r\n" HOST "\r\n"));
    assert_true(tls_client_read(client, &reply));
    assert_int_equal(reply.status, 400);
    assert_true(tls_client_is_ended(client));
    tls_client_reply_free(&reply);
    tls_client_close(client);
    assert_int_equal(unix_backend_requests(f->backend), 0);
}

/* Up to 64 KiB for anybody, in whatever pieces. */
static void test_front_body_arrives_whole(void **state)
{
    struct fixture *f = *state;
    fixture_start(f);
    echo_body(f, "", 0, 1);
    echo_body(f, "", 1, 1);
    echo_body(f, "", 300, 7);
    echo_body(f, "", 20000, 20000);
    echo_body(f, "", (size_t)64 * KIB, 5000);
}

static size_t count_files(const char *dir)
{
    size_t count = 0;
    DIR *folder = opendir(dir);
    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    (void)closedir(folder);
    return count;
}

/* Uploads go through a file that has no name; only somebody with a session gets that far. */
static void test_front_upload_is_spooled(void **state)
{
    struct fixture *f = *state;
    fixture_start(f);
    size_t before = count_files(f->dir);
    echo_body(f, SESSION, (size_t)64 * KIB + 1, (size_t)16 * KIB);
    echo_body(f, SESSION, (size_t)10 * MIB, 100000);
    assert_int_equal(count_files(f->dir), before);
    front_stop(f->front);
    f->options.spool_folder = support_path(f->dir, "none");
    fixture_start(f);
    assert_int_equal(
        fixture_status(f, "POST / HTTP/1.1\r\n" HOST SESSION "Content-Length: 70000\r\n\r\n",
                       true),
        503);
}

/* A client that asks first is told to go on, and a client that does not is not. */
static void test_front_expect_continue_is_answered(void **state)
{
    struct fixture *f = *state;
    char line[64] = "";
    struct tls_client_reply reply;
    fixture_start(f);
    struct tls_client *client = fixture_open(f);
    assert_true(tls_client_send(client,
                                "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
                                "Content-Length: 2\r\n\r\n"));
    assert_int_equal(tls_client_read_raw(client, line, sizeof line - 1), 25);
    assert_string_equal(line, "HTTP/1.1 100 Continue\r\n\r\n");
    assert_true(tls_client_send(client, "hi"));
    assert_true(tls_client_read(client, &reply));
    assert_int_equal(reply.status, 200);
    tls_client_reply_free(&reply);
    tls_client_close(client);
}

/* ---- Replies ----------------------------------------------------------------------------------------- */

static void get_bytes(struct fixture *f, const char *request, size_t total, const char *framing)
{
    struct tls_client_reply reply;
    struct tls_client *client = fixture_open(f);
    assert_true(tls_client_send(client, request));
    assert_true(tls_client_read(client, &reply));
    assert_int_equal(reply.status, 200);
    if (!reply.is_whole || reply.body_len != total) {
        fail_msg("%zu of %zu bytes for %s", reply.body_len, total, request);
    }
    if (strstr(reply.head, framing) == NULL) {
        fail_msg("\"%s\" is not in\n%s", framing, reply.head);
    }
    for (size_t i = 0; i < total; i++) {
        if (reply.body[i] != unix_backend_byte(i)) {
            fail_msg("byte %zu of %s", i, request);
        }
    }
    tls_client_reply_free(&reply);
    tls_client_close(client);
}

/* Short and long, by length and chunked, to new and old clients: every byte arrives. */
static void test_front_replies_of_all_sizes_arrive(void **state)
{
    struct fixture *f = *state;
    fixture_start(f);
    get_bytes(f, "GET /bytes/0 HTTP/1.1\r\n" HOST "\r\n", 0, "Content-Length: 0\r\n");
    get_bytes(f, "GET /bytes/100000 HTTP/1.1\r\n" HOST "\r\n", 100000,
              "Content-Length: 100000\r\n");
    get_bytes(f, "GET /bytes/1048576 HTTP/1.1\r\n" HOST "\r\n", MIB,
              "Content-Length: 1048576\r\n");
    get_bytes(f, "GET /bytes/1048577 HTTP/1.1\r\n" HOST "\r\n", MIB + 1,
              "Content-Length: 1048577\r\n");
    get_bytes(f, "GET /bytes/12000000 HTTP/1.1\r\n" HOST "\r\n", 12000000,
              "Content-Length: 12000000\r\n");
    get_bytes(f, "GET /chunks/500000 HTTP/1.1\r\n" HOST "\r\n", 500000,
              "Content-Length: 500000\r\n");
    get_bytes(f, "GET /chunks/5000000 HTTP/1.1\r\n" HOST "\r\n", 5000000,
              "Transfer-Encoding: chunked\r\n");
    get_bytes(f, "GET /chunks/5000000 HTTP/1.0\r\n" HOST "\r\n", 5000000,
              "Connection: close\r\n");
}

static void expect_bytes(const char *piece, long len, size_t at)
{
    for (long i = 0; i < len; i++) {
        if (piece[i] != unix_backend_byte(at + (size_t)i)) {
            fail_msg("byte %zu is wrong", at + (size_t)i);
        }
    }
}

/* Reads the head and leaves what came behind it in `piece`; gives how much that is. */
static long read_past_head(struct tls_client *client, char *piece, size_t size)
{
    long got = tls_client_read_raw(client, piece, size - 1);
    assert_true(got > 0);
    piece[got] = '\0';
    const char *body = strstr(piece, "\r\n\r\n");
    assert_non_null(body);
    size_t head_len = (size_t)(body + 4 - piece);
    memmove(piece, piece + head_len, (size_t)got - head_len);
    return got - (long)head_len;
}

static void download_slowly(struct fixture *f, const char *request, size_t total)
{
    enum { STEP = 60000 };
    static char piece[STEP];
    const int small = 65536;
    struct tls_client *client = fixture_open(f);
    assert_int_equal(
        setsockopt(tls_client_fd(client), SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    assert_true(tls_client_send(client, request));
    long got = read_past_head(client, piece, sizeof piece);
    for (size_t at = 0; at < total; got = tls_client_read_raw(client, piece, sizeof piece)) {
        if (got < 0 || (got == 0 && at > 0)) {
            fail_msg("%ld after %zu bytes of %s", got, at, request);
        }
        expect_bytes(piece, got, at);
        at += (size_t)got;
        (void)usleep(at / STEP % 8 == 0 ? 500 : 0);
        if (at == total) {
            break;
        }
    }
    tls_client_close(client);
}

/* A long reply to a phone that is always a little behind: nothing is lost and nothing piles up. */
static void test_front_slow_download_arrives_whole(void **state)
{
    struct fixture *f = *state;
    fixture_start(f);
    download_slowly(f, "GET /bytes/12000000 HTTP/1.1\r\n" HOST "\r\n", 12000000);
    download_slowly(f, "GET /chunks/12000000 HTTP/1.0\r\n" HOST "\r\n", 12000000);
}

/* A long download by a client that reads slowly holds neither the backend nor another client. */
static void test_front_slow_reader_holds_nobody(void **state)
{
    struct fixture *f = *state;
    enum { SLOW = 8 };
    struct tls_client *slow[SLOW];
    fixture_start(f);
    for (size_t i = 0; i < SLOW; i++) {
        slow[i] = fixture_open(f);
        assert_true(tls_client_send(slow[i], "GET /bytes/900000 HTTP/1.1\r\n" HOST "\r\n"));
    }
    (void)usleep(300000);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(fixture_status(f, "GET / HTTP/1.0\r\n" HOST "\r\n", true), 200);
    }
    double used_ms = fixture_cpu_ms();
    (void)usleep(1000000);
    assert_true(fixture_cpu_ms() - used_ms < 50); /* they cost nothing while they don't read */
    for (size_t i = 0; i < SLOW; i++) {
        struct tls_client_reply reply;
        assert_true(tls_client_read(slow[i], &reply));
        assert_true(reply.is_whole);
        assert_int_equal(reply.body_len, 900000);
        tls_client_reply_free(&reply);
        tls_client_close(slow[i]);
    }
}

/* Long downloads have their slots; one more is told to come again, and slots come back. */
static void test_front_download_slots_are_limited(void **state)
{
    struct fixture *f = *state;
    struct tls_client *held[2];
    char piece[1000];
    f->options.download_slots = 2;
    fixture_start(f);
    for (size_t i = 0; i < 2; i++) {
        held[i] = fixture_open(f);
        assert_true(tls_client_send(held[i], "GET /endless HTTP/1.1\r\n" HOST "\r\n"));
        assert_true(tls_client_read_raw(held[i], piece, sizeof piece) > 0);
    }
    assert_int_equal(fixture_status(f, "GET /bytes/2000000 HTTP/1.1\r\n" HOST "\r\n", true),
                     503);
    assert_int_equal(fixture_status(f, "GET /bytes/900000 HTTP/1.1\r\n" HOST "\r\n", false),
                     200);
    double before_ms = fixture_cpu_ms();
    (void)usleep(500000);
    assert_true(fixture_cpu_ms() - before_ms < 50); /* nobody reads, so nothing is done */
    tls_client_close(held[0]);
    tls_client_close(held[1]);
    fixture_wait_connections(f, 0);
    get_bytes(f, "GET /bytes/2000000 HTTP/1.1\r\n" HOST "\r\n", 2000000,
              "Content-Length: 2000000\r\n");
}

/* Without room in the shared buffers a reply is not gathered but passed on; without a slot, refused. */
static void test_front_buffers_are_limited(void **state)
{
    struct fixture *f = *state;
    f->options.buffers_max_bytes = 100000;
    f->options.download_slots = 1;
    fixture_start(f);
    get_bytes(f, "GET /bytes/500000 HTTP/1.1\r\n" HOST "\r\n", 500000,
              "Content-Length: 500000\r\n");
    get_bytes(f, "GET /chunks/500000 HTTP/1.1\r\n" HOST "\r\n", 500000,
              "Transfer-Encoding: chunked\r\n");
    front_stop(f->front);
    f->options.buffers_max_bytes = 250000;
    f->options.download_slots = 0;
    fixture_start(f);
    for (int i = 0; i < 5; i++) {
        get_bytes(f, "GET /bytes/200000 HTTP/1.1\r\n" HOST "\r\n", 200000,
                  "200 OK"); /* given back */
    }
    front_stop(f->front);
    f->options.buffers_max_bytes = 1000;
    f->options.download_slots = 0;
    fixture_start(f);
    assert_int_equal(fixture_status(f, "GET /bytes/500000 HTTP/1.1\r\n" HOST "\r\n", true),
                     503);
    assert_int_equal(
        fixture_status(f, "POST / HTTP/1.1\r\n" HOST "Content-Length: 2000\r\n\r\n", true),
        503);
    assert_int_equal(fixture_status(f, "GET / HTTP/1.1\r\n" HOST "\r\n", false), 200);
}

/* ---- A backend that fails ---------------------------------------------------------------------------- */

/* Whatever the backend does wrong, the phone gets one honest page with all headers. */
static void test_front_broken_backend_gives_502(void **state)
{
    static const char *const paths[] = { "/half", "/nothing", "/garbage", "/no-length",
                                         "/split" };
    struct fixture *f = *state;
    char request[128];
    fixture_start(f);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct tls_client_reply reply;
        struct tls_client *client = fixture_open(f);
        (void)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n" HOST "\r\n", paths[i]);
        assert_true(tls_client_send(client, request));
        assert_true(tls_client_read(client, &reply));
        assert_int_equal(reply.status, 502);
        assert_true(reply.is_whole);
        assert_non_null(strstr(reply.head, "\r\nContent-Security-Policy: "));
        assert_null(strstr(reply.head, "Set-Cookie"));
        assert_true(tls_client_is_ended(client));
        tls_client_reply_free(&reply);
        tls_client_close(client);
    }
}

/* A stream that breaks off must not look like a whole one. */
static void test_front_broken_stream_shows(void **state)
{
    struct fixture *f = *state;
    struct tls_client_reply reply;
    fixture_start(f);
    struct tls_client *client = fixture_open(f);
    assert_true(tls_client_send(client, "GET /half-chunks HTTP/1.1\r\n" HOST "\r\n"));
    assert_true(tls_client_read(client, &reply));
    assert_int_equal(reply.status, 200);
    assert_false(reply.is_whole);
    tls_client_reply_free(&reply);
    tls_client_close(client);
}

/* While the backend is away there is a page; as soon as it is back, answers. */
static void test_front_backend_gone_and_back(void **state)
{
    struct fixture *f = *state;
    fixture_start(f);
    unix_backend_stop(f->backend);
    f->backend = NULL;
    assert_int_equal(fixture_status(f, "GET / HTTP/1.1\r\n" HOST "\r\n", true), 503);
    f->backend = unix_backend_start(f->socket, 4);
    assert_int_equal(fixture_status(f, "GET / HTTP/1.1\r\n" HOST "\r\n", false), 200);
}

/* A backend that does not answer in time, and one that is too busy to begin. */
static void test_front_slow_backend_gives_503(void **state)
{
    struct fixture *f = *state;
    f->options.threads = 1;
    f->options.backend_max = 1;
    f->options.backend_ms = 600;
    f->options.queue_ms = 200;
    fixture_start(f);
    struct tls_client *first = fixture_open(f);
    assert_true(tls_client_send(first, "GET /wait/1500 HTTP/1.1\r\n" HOST "\r\n"));
    (void)usleep(100000);
    double begun_ms = fixture_now_ms();
    assert_int_equal(fixture_status(f, "GET / HTTP/1.1\r\n" HOST "\r\n", true), 503);
    assert_true(fixture_now_ms() - begun_ms < 500);
    struct tls_client_reply reply;
    assert_true(tls_client_read(first, &reply));
    assert_int_equal(reply.status, 503);
    tls_client_reply_free(&reply);
    tls_client_close(first);
    assert_int_equal(fixture_status(f, "GET / HTTP/1.1\r\n" HOST "\r\n", false), 200);
}

/* More requests than places wait in a queue and are all answered. */
static void test_front_queue_is_served_in_turn(void **state)
{
    enum { MANY = 30 };
    struct fixture *f = *state;
    struct tls_client *clients[MANY];
    f->options.backend_max = 2;
    fixture_start(f);
    for (size_t i = 0; i < MANY; i++) {
        clients[i] = fixture_open(f);
        assert_true(tls_client_send(clients[i], "GET /wait/10 HTTP/1.1\r\n" HOST "\r\n"));
    }
    for (size_t i = 0; i < MANY; i++) {
        struct tls_client_reply reply;
        assert_true(tls_client_read(clients[i], &reply));
        assert_int_equal(reply.status, 200);
        tls_client_reply_free(&reply);
        tls_client_close(clients[i]);
    }
}

/* Who came first is answered first. */
static void test_front_queue_is_fair(void **state)
{
    enum { MANY = 5 };
    struct fixture *f = *state;
    struct tls_client *clients[MANY];
    struct tls_client_reply reply;
    f->options.backend_max = 1;
    f->options.threads = 1;
    fixture_start(f);
    for (size_t i = 0; i < MANY; i++) {
        clients[i] = fixture_open(f);
        assert_true(tls_client_send(clients[i], "GET /wait/300 HTTP/1.1\r\n" HOST "\r\n"));
        (void)usleep(20000);
    }
    assert_true(tls_client_read(clients[MANY - 1], &reply));
    tls_client_reply_free(&reply);
    for (size_t i = 0; i + 1 < MANY; i++) {
        struct pollfd ready = { .fd = tls_client_fd(clients[i]), .events = POLLIN };
        assert_int_equal(poll(&ready, 1, 0), 1); /* answered before the last one */
    }
    for (size_t i = 0; i < MANY; i++) {
        tls_client_close(clients[i]);
    }
}

/* A request that has arrived is answered although the front is told to stop. */
static void test_front_stop_answers_what_has_arrived(void **state)
{
    struct fixture *f = *state;
    struct tls_client_reply reply;
    fixture_start(f);
    struct tls_client *client = fixture_open(f);
    assert_true(tls_client_send(client, "GET /wait/400 HTTP/1.1\r\n" HOST "\r\n"));
    (void)usleep(150000);
    front_stop(f->front);
    f->front = NULL;
    assert_true(tls_client_read(client, &reply));
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.head, "\r\nConnection: close\r\n"));
    tls_client_reply_free(&reply);
    tls_client_close(client);
}

#define FRONT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRONT_TEST(test_front_start_bad_options_are_said),
        FRONT_TEST(test_front_start_taken_port_is_said),
        FRONT_TEST(test_front_get_is_answered_and_connection_kept),
        FRONT_TEST(test_front_peer_header_is_unforgeable),
        FRONT_TEST(test_front_bad_heads_are_refused_and_closed),
        FRONT_TEST(test_front_large_heads_are_refused),
        FRONT_TEST(test_front_head_has_no_body),
        FRONT_TEST(test_front_close_is_kept_to),
        FRONT_TEST(test_front_bytes_behind_body_are_refused),
        FRONT_TEST(test_front_body_arrives_whole),
        FRONT_TEST(test_front_upload_is_spooled),
        FRONT_TEST(test_front_expect_continue_is_answered),
        FRONT_TEST(test_front_replies_of_all_sizes_arrive),
        FRONT_TEST(test_front_slow_download_arrives_whole),
        FRONT_TEST(test_front_slow_reader_holds_nobody),
        FRONT_TEST(test_front_download_slots_are_limited),
        FRONT_TEST(test_front_buffers_are_limited),
        FRONT_TEST(test_front_broken_backend_gives_502),
        FRONT_TEST(test_front_broken_stream_shows),
        FRONT_TEST(test_front_backend_gone_and_back),
        FRONT_TEST(test_front_slow_backend_gives_503),
        FRONT_TEST(test_front_queue_is_served_in_turn),
        FRONT_TEST(test_front_queue_is_fair),
        FRONT_TEST(test_front_stop_answers_what_has_arrived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
