/* SPDX-License-Identifier: MIT */
/* Speaks to a real server on a private socket in a temporary folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/core/file.h"
#include "tests/support/support.h"
#include "web/server/server.h"

enum { REPLY_MAX = 1 << 20, CLIENTS = 8, VISITS = 20, FILE_BYTES = 200000, STOP_MS = 1500 };

struct house {
    const char *dir;
    const char *socket_path;
    struct server *server;
};

/* ---- Handler ---------------------------------------------------------------------------------- */

static void add_line(struct buf *out, const char *name, struct str value)
{
    buf_fmt(out, "%s=%.*s\n", name, STR_ARG(value));
}

static void send_file(struct response *response, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    response_file(response, fd, FILE_BYTES);
}

/* Writes back what came in; some paths do something special. */
static void handle(void *context, struct request *request, struct response *response)
{
    struct house *house = context;
    if (str_equal(request->path, STR("/broken"))) {
        response->etag = STR("a\nb");
        return;
    }
    if (str_equal(request->path, STR("/file"))) {
        send_file(response, support_path(house->dir, "file"));
        return;
    }
    if (str_equal(request->path, STR("/nothing"))) {
        response->status = 204;
        response->type = STR("");
        return;
    }
    dp_err err = request_read_body(request, REQUEST_BODY_BYTES);
    response->type = STR("text/plain");
    add_line(&response->body, "method", request_method_name(request->method));
    add_line(&response->body, "path", request->path);
    add_line(&response->body, "query", request->query);
    add_line(&response->body, "host", request->host);
    add_line(&response->body, "origin", request->origin);
    add_line(&response->body, "site", request->sec_fetch_site);
    add_line(&response->body, "cookie", request->cookie);
    add_line(&response->body, "authorization", request->authorization);
    add_line(&response->body, "type", request->content_type);
    add_line(&response->body, "language", request->accept_language);
    add_line(&response->body, "match", request->if_none_match);
    add_line(&response->body, "peer", request->peer);
    add_line(&response->body, "body", request->body);
    add_line(&response->body, "err", str_of(err_name(err.code)));
    buf_add(&response->body, arena_fmt(request->arena, "arena=%d\n", 1));
}

static struct server_options options_of(struct house *house)
{
    struct server_options options = server_defaults();
    options.socket_path = house->socket_path;
    options.threads = 4;
    options.timeout_ms = 2000;
    options.handle = handle;
    options.context = house;
    return options;
}

static int open_house(void **state)
{
    static struct house house;
    struct dp_problem problem = { 0 };
    house.dir = support_tempdir();
    house.socket_path = support_path(house.dir, "s");
    struct server_options options = options_of(&house);
    assert_ok(server_start(&options, &house.server, &problem));
    *state = &house;
    return 0;
}

static int close_house(void **state)
{
    struct house *house = *state;
    server_stop(house->server);
    support_remove_tree(house->dir);
    return 0;
}

/* ---- Client ----------------------------------------------------------------------------------- */

static int connect_to(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/* Sends bytes, tells that no more will come, and reads until the server closes. */
static void ask(const struct house *house, const char *sent, struct buf *reply)
{
    int fd FILE_FD_AUTO = connect_to(house->socket_path);
    assert_true(fd >= 0);
    size_t len = strlen(sent);
    assert_int_equal(send(fd, sent, len, MSG_NOSIGNAL), len);
    (void)shutdown(fd, SHUT_WR);
    for (;;) {
        char *room = buf_reserve(reply, 65536);
        ssize_t got = room == NULL ? -1 : read(fd, room, 65536);
        if (got <= 0) {
            return;
        }
        buf_grow_by(reply, (size_t)got);
    }
}

static bool has(const struct buf *reply, const char *text)
{
    return memmem(reply->data, reply->len, text, strlen(text)) != NULL;
}

static void assert_secured(const struct buf *reply, const char *status)
{
    assert_true(str_starts_with(buf_str(reply), str_of(status)));
    assert_true(has(reply, "\r\nContent-Security-Policy: default-src 'none'"));
    assert_true(has(reply, "\r\nStrict-Transport-Security: max-age=63072000"));
    assert_true(has(reply, "\r\nX-Content-Type-Options: nosniff\r\n"));
    assert_true(has(reply, "\r\nReferrer-Policy: no-referrer\r\n"));
    assert_true(has(reply, "\r\nCache-Control: no-store\r\n"));
    assert_false(has(reply, "Access-Control"));
}

/* ---- Starting --------------------------------------------------------------------------------- */

static void test_server_start_bad_options_are_refused(void **state)
{
    (void)state;
    char longest[200];
    memset(longest, 'a', sizeof longest);
    longest[0] = '/';
    longest[sizeof longest - 1] = '\0';
    struct house house = { .socket_path = longest };
    struct dp_problem problem = { 0 };
    struct server *server = NULL;
    struct server_options options = options_of(&house);
    assert_err(server_start(&options, &server, &problem), DP_USAGE);
    options.socket_path = "";
    assert_err(server_start(&options, &server, &problem), DP_USAGE);
    options.socket_path = "/tmp/a,b";
    assert_err(server_start(&options, &server, &problem), DP_USAGE);
    options.socket_path = "/tmp/x";
    options.threads = 0;
    assert_err(server_start(&options, &server, &problem), DP_USAGE);
    options.threads = 513;
    assert_err(server_start(&options, &server, &problem), DP_USAGE);
    assert_null(server);
}

/* The problem names the path and why. */
static void test_server_start_missing_folder_says_why(void **state)
{
    (void)state;
    struct house house = { .socket_path = "/nonexistent-folder/s" };
    struct dp_problem problem = { 0 };
    struct server *server = NULL;
    struct server_options options = options_of(&house);
    assert_err(server_start(&options, &server, &problem), DP_IO);
    assert_non_null(strstr(problem.sentence, "/nonexistent-folder/s"));
    assert_non_null(strstr(problem.sentence, "No such file"));
}

static void test_server_start_foreign_file_is_kept(void **state)
{
    (void)state;
    struct house house = { .dir = support_tempdir() };
    house.socket_path = support_path(house.dir, "s");
    support_write_file(house.socket_path, "mine", 4);
    struct dp_problem problem = { 0 };
    struct server *server = NULL;
    struct server_options options = options_of(&house);
    assert_err(server_start(&options, &server, &problem), DP_CONFLICT);
    assert_true(file_exists(house.socket_path));
    support_remove_tree(house.dir);
}

static void test_server_start_living_server_is_kept(void **state)
{
    struct house *house = *state;
    struct dp_problem problem = { 0 };
    struct server *server = NULL;
    struct server_options options = options_of(house);
    assert_err(server_start(&options, &server, &problem), DP_BUSY);
    struct buf reply BUF_AUTO = buf_new(REPLY_MAX);
    ask(house, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", &reply);
    assert_secured(&reply, "HTTP/1.1 200 OK\r\n");
}

/* A socket that nobody listens on any more is replaced. */
static void test_server_start_stale_socket_is_replaced(void **state)
{
    (void)state;
    struct house house = { .dir = support_tempdir() };
    house.socket_path = support_path(house.dir, "s");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", house.socket_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    (void)close(fd);
    struct dp_problem problem = { 0 };
    struct server_options options = options_of(&house);
    assert_ok(server_start(&options, &house.server, &problem));
    server_stop(house.server);
    support_remove_tree(house.dir);
}

/* The socket is ours alone; stopping is quick and takes it away. */
static void test_server_stop_is_quick_and_removes_the_socket(void **state)
{
    (void)state;
    struct house house = { .dir = support_tempdir() };
    house.socket_path = support_path(house.dir, "s");
    struct dp_problem problem = { 0 };
    struct server_options options = options_of(&house);
    assert_ok(server_start(&options, &house.server, &problem));
    struct stat status;
    assert_int_equal(stat(house.socket_path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    struct timespec before;
    struct timespec after;
    (void)clock_gettime(CLOCK_MONOTONIC, &before);
    server_stop(house.server);
    (void)clock_gettime(CLOCK_MONOTONIC, &after);
    int64_t took_ms = (after.tv_sec - before.tv_sec) * INT64_C(1000) +
                      (after.tv_nsec - before.tv_nsec) / 1000000;
    assert_in_range(took_ms, 0, STOP_MS);
    assert_false(file_exists(house.socket_path));
    server_stop(NULL);
    support_remove_tree(house.dir);
}

/* ---- What CivetWeb itself refuses still has our headers --------------------------------------- */

static void test_server_malformed_requests_get_secured_errors(void **state)
{
    struct house *house = *state;
    static const char *const requests[] = {
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "FOO / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
        "GET / HTTP/3.0\r\nHost: h\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct buf reply BUF_AUTO = buf_new(REPLY_MAX);
        ask(house, requests[i], &reply);
        if (!str_starts_with(buf_str(&reply), STR("HTTP/1.1 4")) &&
            !str_starts_with(buf_str(&reply), STR("HTTP/1.1 505"))) {
            fail_msg("%s gave %.*s", requests[i], STR_ARG(buf_str(&reply)));
        }
        assert_secured(&reply, "HTTP/1.1 ");
    }
}

/* A head above the limit is refused and the next request is served. */
static void test_server_huge_head_is_refused(void **state)
{
    struct house *house = *state;
    static char request[64 * 1024];
    (void)snprintf(request, sizeof request,
                   "GET / HTTP/1.1\r\nHost: h\r\nX-Long: %040000d\r\n\r\n", 1);
    struct buf reply BUF_AUTO = buf_new(REPLY_MAX);
    ask(house, request, &reply);
    assert_secured(&reply, "HTTP/1.1 4");
    struct buf again BUF_AUTO = buf_new(REPLY_MAX);
    ask(house, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", &again);
    assert_secured(&again, "HTTP/1.1 200 OK\r\n");
}

/* A header that our own code broke becomes a bare 500, not a split response. */
static void test_server_broken_response_is_internal_error(void **state)
{
    struct house *house = *state;
    struct buf reply BUF_AUTO = buf_new(REPLY_MAX);
    ask(house, "GET /broken HTTP/1.1\r\nHost: h\r\n\r\n", &reply);
    assert_secured(&reply, "HTTP/1.1 500 Internal Server Error\r\n");
    assert_true(has(&reply, "\r\nContent-Length: 0\r\n"));
}

/* ---- What works ------------------------------------------------------------------------------- */

static void test_server_request_arrives_whole(void **state)
{
    struct house *house = *state;
    struct buf reply BUF_AUTO = buf_new(REPLY_MAX);
    ask(house,
        "POST /a/B%2fc?x=%20&y HTTP/1.1\r\nHost: box.example:8443\r\nOrigin: https://o\r\n"
        "Sec-Fetch-Site: same-origin\r\nCookie: a=b\r\nAuthorization: Bearer t\r\n"
        "Content-Type: text/x\r\nAccept-Language: de\r\nIf-None-Match: \"e\"\r\n"
        "X-Daypulse-Peer: 192.0.2.7\r\nContent-Length: 5\r\n\r\nhello",
        &reply);
    assert_secured(&reply, "HTTP/1.1 200 OK\r\n");
    assert_true(has(&reply, "method=POST\npath=/a/B%2fc\nquery=x=%20&y\nhost=box.example:8443\n"
                            "origin=https://o\nsite=same-origin\ncookie=a=b\n"
                            "authorization=Bearer t\ntype=text/x\nlanguage=de\nmatch=\"e\"\n"
                            "peer=192.0.2.7\nbody=hello\nerr=ok\narena=1\n"));
    assert_true(has(&reply, "\r\nConnection: close\r\n"));
}

/* A path with dots reaches us as it was sent: the routes decide, not CivetWeb. */
static void test_server_path_is_not_cleaned(void **state)
{
    struct house *house = *state;
    struct buf reply BUF_AUTO = buf_new(REPLY_MAX);
    ask(house, "GET /a/../b//c HTTP/1.1\r\nHost: h\r\n\r\n", &reply);
    assert_true(has(&reply, "path=/a/../b//c\n"));
}

/* A body that ends too early is an error of the body, not a shorter body. */
static void test_server_short_body_is_an_error(void **state)
{
    struct house *house = *state;
    struct buf reply BUF_AUTO = buf_new(REPLY_MAX);
    ask(house, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhello", &reply);
    assert_true(has(&reply, "err=io\n"));
    struct buf long_reply BUF_AUTO = buf_new(REPLY_MAX);
    ask(house, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65537\r\n\r\n", &long_reply);
    assert_true(has(&long_reply, "err=too_long\n"));
}

static void test_server_head_has_length_but_no_body(void **state)
{
    struct house *house = *state;
    struct buf reply BUF_AUTO = buf_new(REPLY_MAX);
    ask(house, "HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n", &reply);
    assert_secured(&reply, "HTTP/1.1 200 OK\r\n");
    assert_true(str_ends_with(buf_str(&reply), STR("\r\n\r\n")));
    assert_false(has(&reply, "Content-Length: 0\r\n"));
    struct buf nothing BUF_AUTO = buf_new(REPLY_MAX);
    ask(house, "GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n", &nothing);
    assert_secured(&nothing, "HTTP/1.1 204 No Content\r\n");
    assert_false(has(&nothing, "Content-Length"));
}

/* A file goes out whole, after its length. */
static void test_server_file_is_sent_whole(void **state)
{
    struct house *house = *state;
    static char content[FILE_BYTES];
    for (size_t i = 0; i < sizeof content; i++) {
        content[i] = (char)('a' + i % 26);
    }
    support_write_file(support_path(house->dir, "file"), content, sizeof content);
    struct buf reply BUF_AUTO = buf_new(REPLY_MAX);
    ask(house, "GET /file HTTP/1.1\r\nHost: h\r\n\r\n", &reply);
    assert_secured(&reply, "HTTP/1.1 200 OK\r\n");
    assert_true(has(&reply, "\r\nContent-Length: 200000\r\n"));
    assert_true(str_ends_with(buf_str(&reply), (struct str){ content, sizeof content }));
    struct buf head BUF_AUTO = buf_new(REPLY_MAX);
    ask(house, "HEAD /file HTTP/1.1\r\nHost: h\r\n\r\n", &head);
    assert_true(has(&head, "\r\nContent-Length: 200000\r\n"));
    assert_true(str_ends_with(buf_str(&head), STR("\r\n\r\n")));
}

static atomic_int good_visits;

static void *visit_often(void *context)
{
    const struct house *house = context;
    for (int i = 0; i < VISITS; i++) {
        char sent[160];
        char wanted[64];
        struct buf reply BUF_AUTO = buf_new(REPLY_MAX);
        (void)snprintf(sent, sizeof sent,
                       "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nvisit%03d", i);
        (void)snprintf(wanted, sizeof wanted, "body=visit%03d\n", i);
        int fd FILE_FD_AUTO = connect_to(house->socket_path);
        if (fd < 0 || send(fd, sent, strlen(sent), MSG_NOSIGNAL) != (ssize_t)strlen(sent)) {
            continue;
        }
        ssize_t got = 1;
        while (got > 0) {
            char *room = buf_reserve(&reply, 4096);
            got = room == NULL ? -1 : read(fd, room, 4096);
            buf_grow_by(&reply, got > 0 ? (size_t)got : 0);
        }
        atomic_fetch_add(&good_visits, has(&reply, wanted) ? 1 : 0);
    }
    return NULL;
}

/* Several clients at once each get their own answer. */
static void test_server_parallel_visits_get_their_own_answers(void **state)
{
    struct house *house = *state;
    pthread_t clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(pthread_create(&clients[i], NULL, visit_often, house), 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        (void)pthread_join(clients[i], NULL);
    }
    assert_int_equal(atomic_load(&good_visits), CLIENTS * VISITS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_server_start_bad_options_are_refused),
        cmocka_unit_test(test_server_start_missing_folder_says_why),
        cmocka_unit_test(test_server_start_foreign_file_is_kept),
        cmocka_unit_test(test_server_start_stale_socket_is_replaced),
        cmocka_unit_test(test_server_stop_is_quick_and_removes_the_socket),
        cmocka_unit_test(test_server_start_living_server_is_kept),
        cmocka_unit_test(test_server_malformed_requests_get_secured_errors),
        cmocka_unit_test(test_server_huge_head_is_refused),
        cmocka_unit_test(test_server_broken_response_is_internal_error),
        cmocka_unit_test(test_server_request_arrives_whole),
        cmocka_unit_test(test_server_path_is_not_cleaned),
        cmocka_unit_test(test_server_short_body_is_an_error),
        cmocka_unit_test(test_server_head_has_length_but_no_body),
        cmocka_unit_test(test_server_file_is_sent_whole),
        cmocka_unit_test(test_server_parallel_visits_get_their_own_answers),
    };
    return cmocka_run_group_tests(tests, open_house, close_house);
}
