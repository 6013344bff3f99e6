/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mbedtls/ssl.h>

#include "app/core/code.h"
#include "certs/leaf.h"
#include "tests/support/shell.h"
#include "tests/support/support.h"
#include "tests/unit/web/front/fixture.h"
#include "web/front/tls.h"

#define REQUEST "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

enum { ALERT_RECORD = 21, ALERT_PROTOCOL_VERSION = 70, LOAD_THREADS = 4, RELOADS = 25 };

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture_prepare(&fixture);
    fixture_start(&fixture);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    fixture_end(*state);
    return 0;
}

/* ---- Contexts ---------------------------------------------------------------------------------------- */

/* What load_pair() refuses comes out here, and a chain that no handshake could carry. */
static void test_tls_context_new_bad_files_are_said(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    struct tls_context *context = NULL;
    const char *many = support_path(f->dir, "many.pem");
    static char text[40000];
    assert_err(tls_context_new(support_path(f->dir, "none"), f->chain, &context, &problem),
               DP_NOT_FOUND);
    assert_null(context);
    assert_err(tls_context_new(support_path(f->certs, "ca.key"), f->chain, &context, &problem),
               DP_CONFLICT);
    size_t len = (size_t)snprintf(text, sizeof text, "%s", support_read_file(f->chain, NULL));
    for (int i = 0; i < 20; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "%s",
                                support_read_file(f->ca, NULL));
    }
    support_write_file(many, text, len);
    assert_err(tls_context_new(f->key, many, &context, &problem), DP_TOO_LONG);
    assert_non_null(strstr(problem.sentence, "leave out the root"));
    tls_context_release(NULL);
}

/* ---- Versions and suites ----------------------------------------------------------------------------- */

/* Runs the other implementation's client; gives its output. */
static const char *openssl(const struct fixture *f, const char *input, const char *arguments,
                           int *status)
{
    char command[1024];
    (void)snprintf(command, sizeof command,
                   "%s | timeout 10 openssl s_client -connect 127.0.0.1:%u -CAfile %s %s "
                   ">%s/said 2>&1",
                   input, front_port(f->front), f->ca, arguments, f->dir);
    *status = shell_run(command);
    return support_read_file(support_path(f->dir, "said"), NULL);
}

/* A client that speaks TLS 1.1 at most gets the alert that says why. */
static void test_tls_old_client_hello_gets_alert(void **state)
{
    static const uint8_t hello[] = {
        22, 3,  1,    0,    49,   1,    0,  0,    45, 3,  2, /* record, ClientHello, TLS 1.1 */
        0,  1,  2,    3,    4,    5,    6,  7,    8,  9,  10, 11, 12, 13, 14, 15, 16,
        17, 18, 19,   20,   21,   22,   23, 24,   25, 26, 27, 28, 29, 30, 31, 0, /* no session */
        0,  6,  0xc0, 0x09, 0xc0, 0x0a, 0,  0x2f, /* suites of its time */
        1,  0,                                    /* no compression */
    };
    struct fixture *f = *state;
    struct tls_client_options options = fixture_client(f);
    uint8_t got[64];
    int fd = tls_client_connect(&options);
    assert_true(fd >= 0);
    assert_int_equal(send(fd, hello, sizeof hello, 0), sizeof hello);
    assert_true(recv(fd, got, sizeof got, 0) >= 7);
    assert_int_equal(got[0], ALERT_RECORD);
    assert_int_equal(got[6], ALERT_PROTOCOL_VERSION);
    assert_int_equal(recv(fd, got, sizeof got, 0), 0);
    close(fd);
}

/* Old versions and weak suites are refused, as another implementation sees it. */
static void test_tls_openssl_weak_offers_are_refused(void **state)
{
    static const char *const refused[] = {
        "-tls1 -cipher ALL:@SECLEVEL=0",
        "-tls1_1 -cipher ALL:@SECLEVEL=0",
        "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256",
        "-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0",
        "-tls1_2 -cipher ECDHE-ECDSA-AES128-CCM",
        "-tls1_2 -cipher kRSA",
        "-tls1_2 -cipher DHE",
        "-tls1_2 -cipher aRSA",
        "-tls1_2 -cipher aNULL:@SECLEVEL=0",
        "-tls1_2 -cipher PSK",
        "-tls1_3 -groups P-384",
        "-tls1_3 -groups P-521:X448",
        "-tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256",
        "-alpn h2",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int status = 0;
        const char *said = openssl(f, "printf ''", refused[i], &status);
        if (status == 0 || strstr(said, "Cipher is (NONE)") == NULL) {
            fail_msg("%s was accepted:\n%s", refused[i], said);
        }
    }
}

/* What we offer works with another implementation, which finds the chain in order. */
static void test_tls_openssl_good_offers_are_accepted(void **state)
{
    static const char *const accepted[] = {
        "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256",
        "-tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384",
        "-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305",
        "-tls1_2 -groups P-256",
        "-tls1_2 -groups X25519:P-256",
        "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256",
        "-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384",
        "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256",
        "-tls1_3 -groups P-256",
        "-tls1_3 -groups P-384:X25519", /* a second try after HelloRetryRequest */
        "-alpn h2,http/1.1",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        int status = 0;
        char arguments[256];
        (void)snprintf(arguments, sizeof arguments,
                       "%s -quiet -verify_return_error -verify_hostname localhost",
                       accepted[i]);
        const char *said = openssl(
            f, "(printf 'GET / HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n'; sleep 0.2)",
            arguments, &status);
        if (status != 0 || strstr(said, "HTTP/1.1 200 OK") == NULL) {
            fail_msg("%s was refused:\n%s", accepted[i], said);
        }
    }
}

/* Nothing by which a client could be known again, and no renegotiation. */
static void test_tls_openssl_sees_no_tickets_and_no_renegotiation(void **state)
{
    struct fixture *f = *state;
    int status = 0;
    const char *said = openssl(f, "sleep 0.3", "-tls1_3", &status);
    assert_non_null(strstr(said, "TLSv1.3"));
    assert_null(strstr(said, "New Session Ticket"));
    said = openssl(f, "sleep 0.3", "-tls1_2", &status);
    assert_non_null(strstr(said, "Secure Renegotiation IS supported"));
    assert_null(strstr(said, "TLS session ticket:"));
    said = openssl(f, "(printf 'R\\n'; sleep 0.5)", "-tls1_2", &status);
    assert_non_null(strstr(said, "RENEGOTIATING"));
    assert_int_not_equal(status, 0);
}

/* Our own client checks the chain and the name, and negotiates what we prefer. */
static void test_tls_preferred_parameters(void **state)
{
    struct fixture *f = *state;
    struct tls_client_options options = fixture_client(f);
    options.ca_path = f->ca;
    options.protocol = "http/1.1";
    struct tls_client *client = tls_client_open(&options);
    assert_non_null(client);
    assert_string_equal(tls_client_version(client), "TLSv1.3");
    assert_string_equal(tls_client_suite(client), "TLS1-3-AES-128-GCM-SHA256");
    assert_string_equal(tls_client_protocol(client), "http/1.1");
    tls_client_close(client);
    options.version = 12;
    client = tls_client_open(&options);
    assert_non_null(client);
    assert_string_equal(tls_client_version(client), "TLSv1.2");
    tls_client_close(client);
    options.protocol = "spdy/3";
    assert_null(tls_client_open(&options));
}

/* Bytes that are no TLS, and a handshake that breaks off, end the connection and nothing else. */
static void test_tls_nonsense_ends_the_connection(void **state)
{
    static const char *const nonsense[] = { "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                                            "SSH-2.0-x\r\n", "\x16\x03\x01\xff\xff\x01",
                                            "\x80\x2e\x01\x03\x01", "\x15\x03\x03" };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        struct tls_client_options options = fixture_client(f);
        char got[64];
        int fd = tls_client_connect(&options);
        assert_true(fd >= 0);
        assert_true(send(fd, nonsense[i], strlen(nonsense[i]), 0) > 0);
        (void)shutdown(fd, SHUT_WR);
        while (recv(fd, got, sizeof got, 0) > 0) {
        }
        close(fd);
    }
    fixture_wait_connections(f, 0);
    assert_int_equal(fixture_status(f, REQUEST, false), 200);
}

/* ---- Writing ----------------------------------------------------------------------------------------- */

struct reader {
    uint16_t port;
    size_t wanted;
    size_t got;
    bool is_right;
};

/* Shakes hands, waits until the server is stuck, then reads all and compares. */
static void *read_late(void *context)
{
    struct reader *reader = context;
    struct tls_client_options options = tls_client_defaults(reader->port);
    struct tls_client *client = tls_client_open(&options);
    char piece[8192];
    reader->is_right = client != NULL;
    (void)usleep(400000);
    while (reader->is_right && reader->got < reader->wanted) {
        long got = tls_client_read_raw(client, piece, sizeof piece);
        for (long i = 0; i < got; i++) {
            reader->is_right = reader->is_right &&
                               piece[i] == unix_backend_byte(reader->got + (size_t)i);
        }
        reader->is_right = reader->is_right && got > 0;
        reader->got += got > 0 ? (size_t)got : 0;
    }
    tls_client_close(client);
    return NULL;
}

static int listen_for_one(uint16_t *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;
    const int small = 4096;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static void wait_a_little(void)
{
    (void)usleep(1000);
}

/* When a write is put off and offered again with more behind it, each byte is sent exactly once. */
static void test_tls_write_grown_retry_sends_each_byte_once(void **state)
{
    enum { TOTAL = 3000000, PIECE = 1000 };
    struct fixture *f = *state;
    struct reader reader = { .wanted = TOTAL };
    struct tls_context *context = NULL;
    pthread_t thread;
    char *text = malloc(TOTAL);
    int listener = listen_for_one(&reader.port);
    assert_non_null(text);
    for (size_t i = 0; i < TOTAL; i++) {
        text[i] = unix_backend_byte(i);
    }
    assert_ok(tls_context_new(f->key, f->chain, &context, NULL));
    assert_int_equal(pthread_create(&thread, NULL, read_late, &reader), 0);
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    struct tls *tls = tls_new(context, fd);
    assert_non_null(tls);
    while (tls_handshake(tls) != TLS_OK) {
        (void)tls_flush(tls);
        wait_a_little();
    }
    size_t sent = 0;
    size_t known = PIECE; /* what is there to be sent; it grows with every try */
    size_t put_off = 0;
    while (sent < TOTAL) {
        size_t wrote = 0;
        enum tls_result result = tls_write(tls, (struct str){ text + sent, known - sent },
                                           &wrote);
        assert_true(result == TLS_OK || result == TLS_WANT_WRITE);
        sent += wrote;
        known = known + PIECE < TOTAL ? known + PIECE : TOTAL;
        if (result == TLS_WANT_WRITE) {
            put_off++;
            (void)tls_flush(tls);
            wait_a_little();
        }
    }
    while (tls_flush(tls) == TLS_WANT_WRITE) {
        wait_a_little();
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(reader.is_right);
    assert_int_equal(reader.got, TOTAL);
    assert_true(put_off > 0);
    tls_free(tls);
    tls_context_release(context);
    close(fd);
    close(listener);
    free(text);
}

/* ---- Reload ------------------------------------------------------------------------------------------ */

struct load {
    const struct fixture *fixture;
    atomic_bool is_over;
    atomic_int failures;
    atomic_int visits;
};

static void *visit_again_and_again(void *context)
{
    struct load *load = context;
    struct tls_client_options options = fixture_client(load->fixture);
    while (!atomic_load(&load->is_over)) {
        struct tls_client *client = tls_client_open(&options);
        bool is_good = client != NULL;
        for (int i = 0; is_good && i < 2; i++) {
            struct tls_client_reply reply;
            is_good = tls_client_send(client, REQUEST) && tls_client_read(client, &reply);
            if (is_good) {
                is_good = reply.status == 200 && reply.is_whole;
                tls_client_reply_free(&reply);
            }
        }
        tls_client_close(client);
        atomic_fetch_add(&load->failures, is_good ? 0 : 1);
        atomic_fetch_add(&load->visits, 1);
    }
    return NULL;
}

static void renew(const struct fixture *f)
{
    struct names names = { 0 };
    struct clock clock = clock_system();
    assert_ok(names_add(&names, STR("localhost"), NULL));
    assert_ok(leaf_renew(f->certs, &names, &clock, NULL));
}

/* New certificates under load: no visit fails, and a connection from before goes on. */
static void test_front_reload_under_load_drops_nothing(void **state)
{
    struct fixture *f = *state;
    struct load load = { .fixture = f };
    pthread_t threads[LOAD_THREADS];
    struct dp_problem problem = { 0 };
    struct tls_client_reply reply;
    struct tls_client_options options = fixture_client(f);
    struct tls_client *old = tls_client_open(&options);
    assert_non_null(old);
    for (size_t i = 0; i < LOAD_THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, visit_again_and_again, &load), 0);
    }
    for (int i = 0; i < RELOADS; i++) {
        renew(f);
        assert_ok(front_reload(f->front, &problem));
        (void)usleep(20000);
    }
    assert_true(tls_client_send(old, REQUEST));
    assert_true(tls_client_read(old, &reply));
    assert_int_equal(reply.status, 200);
    tls_client_reply_free(&reply);
    tls_client_close(old);
    atomic_store(&load.is_over, true);
    for (size_t i = 0; i < LOAD_THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(atomic_load(&load.failures), 0);
    assert_true(atomic_load(&load.visits) > LOAD_THREADS);
}

static void served_fingerprint(const struct fixture *f, char out[INFO_FINGERPRINT_MAX])
{
    uint8_t bytes[32];
    char hex[65];
    struct tls_client_options options = fixture_client(f);
    struct tls_client *client = tls_client_open(&options);
    assert_non_null(client);
    tls_client_fingerprint(client, bytes);
    tls_client_close(client);
    code_hex(bytes_of(bytes, sizeof bytes), hex, sizeof hex);
    for (size_t i = 0; i < 32; i++) {
        (void)snprintf(
            out + i * 3, 4, "%c%c%s", hex[i * 2] >= 'a' ? hex[i * 2] - 32 : hex[i * 2],
            hex[i * 2 + 1] >= 'a' ? hex[i * 2 + 1] - 32 : hex[i * 2 + 1], i < 31 ? ":" : "");
    }
}

/* What is served is what front_certificate() shows, before and after. */
static void test_front_reload_serves_the_new_certificate(void **state)
{
    struct fixture *f = *state;
    struct cert_info before;
    struct cert_info after;
    char served[INFO_FINGERPRINT_MAX];
    struct dp_problem problem = { 0 };
    front_certificate(f->front, &before);
    served_fingerprint(f, served);
    assert_string_equal(served, before.fingerprint);
    assert_in_range(before.days_left, 89, 90);
    renew(f);
    served_fingerprint(f, served);
    assert_string_equal(served, before.fingerprint); /* not before it is told to */
    assert_ok(front_reload(f->front, &problem));
    front_certificate(f->front, &after);
    served_fingerprint(f, served);
    assert_string_equal(served, after.fingerprint);
    assert_string_not_equal(after.fingerprint, before.fingerprint);
}

/* A reload that fails says why and leaves the old certificate in place. */
static void test_front_reload_failure_keeps_the_old(void **state)
{
    struct fixture *f = *state;
    struct cert_info before;
    struct cert_info after;
    struct dp_problem problem = { 0 };
    struct names names = { 0 };
    int64_t long_ago_s = 1700000000;
    struct clock then = clock_fixed(&long_ago_s);
    front_certificate(f->front, &before);
    support_write_file(f->chain, "nothing", 7);
    assert_err(front_reload(f->front, &problem), DP_INVALID);
    assert_non_null(strstr(problem.sentence, "leaf.pem"));
    assert_int_equal(unlink(f->key), 0);
    assert_err(front_reload(f->front, &problem), DP_NOT_FOUND);
    assert_ok(names_add(&names, STR("localhost"), NULL));
    assert_int_equal(unlink(support_path(f->certs, "ca.key")), 0);
    assert_int_equal(unlink(support_path(f->certs, "ca.pem")), 0);
    assert_ok(leaf_renew(f->certs, &names, &then, NULL));
    assert_err(front_reload(f->front, &problem), DP_OUT_OF_RANGE);
    assert_non_null(strstr(problem.sentence, "expired"));
    front_certificate(f->front, &after);
    assert_string_equal(after.fingerprint, before.fingerprint);
    assert_int_equal(fixture_status(f, REQUEST, false), 200);
}

/* An expired certificate at the start is served: refusing to start would help nobody. */
static void test_front_start_expired_certificate_is_served(void **state)
{
    struct fixture *f = *state;
    struct names names = { 0 };
    int64_t long_ago_s = 1700000000;
    struct clock then = clock_fixed(&long_ago_s);
    struct cert_info info;
    assert_ok(names_add(&names, STR("localhost"), NULL));
    assert_int_equal(unlink(support_path(f->certs, "ca.key")), 0);
    assert_int_equal(unlink(support_path(f->certs, "ca.pem")), 0);
    assert_ok(leaf_renew(f->certs, &names, &then, NULL));
    front_stop(f->front);
    fixture_start(f);
    front_certificate(f->front, &info);
    assert_true(info.days_left < 0);
    assert_int_equal(fixture_status(f, REQUEST, false), 200);
}

#define TLS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TLS_TEST(test_tls_context_new_bad_files_are_said),
        TLS_TEST(test_tls_old_client_hello_gets_alert),
        TLS_TEST(test_tls_openssl_weak_offers_are_refused),
        TLS_TEST(test_tls_openssl_good_offers_are_accepted),
        TLS_TEST(test_tls_openssl_sees_no_tickets_and_no_renegotiation),
        TLS_TEST(test_tls_preferred_parameters),
        TLS_TEST(test_tls_nonsense_ends_the_connection),
        TLS_TEST(test_tls_write_grown_retry_sends_each_byte_once),
        TLS_TEST(test_front_reload_under_load_drops_nothing),
        TLS_TEST(test_front_reload_serves_the_new_certificate),
        TLS_TEST(test_front_reload_failure_keeps_the_old),
        TLS_TEST(test_front_start_expired_certificate_is_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
