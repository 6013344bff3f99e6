/* SPDX-License-Identifier: MIT */
#include "web/server/server.h"

#include <civetweb.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "app/core/file.h"
#include "app/core/log.h"
#include "app/core/mem.h"
#include "app/core/secret.h"
#include "web/request/status.h"

enum {
    HEAD_BYTES = 16 * 1024,
    OUT_EXTRA_BYTES = 8 * 1024, /* room for a response's head beside its body */
    FILE_STEP_BYTES = 64 * 1024,
    ARENA_BYTES = 1 << 20,
    BODY_BYTES = 12 << 20, /* an import of 10 MiB with what a form adds */
    RESPONSE_BYTES = 8 << 20,
    THREADS_MAX = 512,
    STOP_PAUSE_NS = 5000000,
    NUMBER_TEXT = 24,
    REASON_MAX = 200,
    ANSWERED = 1, /* what tells CivetWeb that a request needs nothing more */
};

struct server {
    struct server_options options;
    char socket_path[FILE_PATH_MAX];
    struct mg_context *context;
    char reason[REASON_MAX]; /* CivetWeb's first message while starting: the cause */
    atomic_bool is_started;
    atomic_bool is_stopped;
};

struct server_options server_defaults(void)
{
    return (struct server_options){
        .threads = 64,
        .arena_bytes = ARENA_BYTES,
        .body_bytes = BODY_BYTES,
        .response_bytes = RESPONSE_BYTES,
        .timeout_ms = 30000,
    };
}

/* ---- Response out ---------------------------------------------------------------------------- */

static bool write_all(struct mg_connection *connection, struct str data)
{
    return data.len == 0 || mg_write(connection, data.ptr, data.len) == (int)data.len;
}

static void send_file(struct mg_connection *connection, const struct response *response)
{
    char step[FILE_STEP_BYTES];
    int64_t left = response->file_bytes;
    while (left > 0) {
        size_t wanted = left < FILE_STEP_BYTES ? (size_t)left : FILE_STEP_BYTES;
        ssize_t got = read(response->file_fd, step, wanted);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        /* A file that shrinks while it is read can only be answered by a short body, which the front
         * sees as a failure because the length has been announced. */
        if (got <= 0 || !write_all(connection, (struct str){ step, (size_t)got })) {
            return;
        }
        left -= got;
    }
}

/* The last resort: no memory or a broken header. */
static void send_bare(struct mg_connection *connection, int status)
{
    struct buf out BUF_AUTO = buf_new(OUT_EXTRA_BYTES);
    struct response bare = response_new(0);
    bare.status = status;
    bare.type = STR("");
    if (err_is_ok(response_write_head(&bare, &out))) {
        (void)write_all(connection, buf_str(&out));
    }
}

static void send_response(struct mg_connection *connection, const struct response *response,
                          bool is_head)
{
    struct buf out BUF_AUTO = buf_new(response->body.max + OUT_EXTRA_BYTES);
    if (!err_is_ok(response_write_head(response, &out))) {
        send_bare(connection, 500);
        return;
    }
    bool has_file = response->file_fd >= 0;
    bool has_body = !is_head && response->status != 204 && response->status != 304;
    if (has_body && !has_file) {
        buf_add(&out, buf_str(&response->body));
    }
    if (!err_is_ok(buf_finish(&out))) {
        send_bare(connection, 503);
        return;
    }
    if (write_all(connection, buf_str(&out)) && has_body && has_file) {
        send_file(connection, response);
    }
}

/* ---- Request in ------------------------------------------------------------------------------ */

static ssize_t read_body(void *context, void *out, size_t len)
{
    return mg_read(context, out, len);
}

static struct str header(const struct mg_connection *connection, const char *name)
{
    return str_of(mg_get_header(connection, name));
}

static void fill_request(struct mg_connection *connection, const struct mg_request_info *info,
                         struct request *request)
{
    request->method = request_method_of(str_of(info->request_method));
    request->path = str_of(info->local_uri_raw);
    request->query = str_of(info->query_string);
    request->host = header(connection, "Host");
    request->origin = header(connection, "Origin");
    request->sec_fetch_site = header(connection, "Sec-Fetch-Site");
    request->cookie = header(connection, "Cookie");
    request->authorization = header(connection, "Authorization");
    request->content_type = header(connection, "Content-Type");
    request->accept_language = header(connection, "Accept-Language");
    request->if_none_match = header(connection, "If-None-Match");
    request->peer = header(connection, "X-Daypulse-Peer");
    request->body = STR("");
    request->body_bytes = info->content_length > 0 ? (size_t)info->content_length : 0;
    request->source = (struct request_source){ read_body, connection };
}

/* CivetWeb calls this before it would look for files, authorisation or anything else. */
static int begin_request(struct mg_connection *connection)
{
    const struct mg_request_info *info = mg_get_request_info(connection);
    const struct server *server = info->user_data;
    struct arena arena ARENA_AUTO = arena_new(server->options.arena_bytes);
    struct buf storage BUF_AUTO = buf_new(server->options.body_bytes);
    struct response response
        __attribute__((cleanup(response_free))) = response_new(server->options.response_bytes);
    struct request request = { .storage = &storage, .arena = &arena };
    fill_request(connection, info, &request);
    /* The front refuses chunked bodies; a second fence, because CivetWeb would accept them. */
    if (mg_get_header(connection, "Transfer-Encoding") != NULL) {
        send_bare(connection, 400);
        return ANSWERED;
    }
    server->options.handle(server->options.context, &request, &response);
    send_response(connection, &response, request.method == METHOD_HEAD);
    /* The form may hold an answer or a password: it must not stay in freed memory. */
    if (storage.len > 0) {
        secret_wipe(storage.data, storage.len);
        arena_wipe(&arena);
    }
    return ANSWERED;
}

/* CivetWeb could not read a request. */
static int http_error(struct mg_connection *connection, int status, const char *message)
{
    (void)message;
    send_bare(connection, status >= 400 && status <= 599 ? status : 400);
    return 0;
}

static int log_message(const struct mg_connection *connection, const char *message)
{
    struct server *server = mg_get_user_data(mg_get_context(connection));
    bool is_first = server != NULL && server->reason[0] == '\0';
    if (is_first && !atomic_load(&server->is_started)) {
        (void)snprintf(server->reason, sizeof server->reason, "%s", message);
    }
    return ANSWERED;
}

/* ---- Start and stop --------------------------------------------------------------------------- */

static int connect_to(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static dp_err remove_stale(const char *path, struct dp_problem *problem)
{
    struct stat status;
    if (lstat(path, &status) != 0) {
        return DP_SUCCESS;
    }
    if (!S_ISSOCK(status.st_mode)) {
        err_ignore(problem_set(problem, 0, 0, "%s is there already and is no socket", path));
        return err_make(DP_CONFLICT);
    }
    int fd FILE_FD_AUTO = connect_to(path);
    if (fd >= 0) {
        err_ignore(problem_set(problem, 0, 0, "Another server listens on %s", path));
        return err_make(DP_BUSY);
    }
    if (unlink(path) != 0) {
        err_ignore(problem_set(problem, 0, 0, "Can't remove the old socket %s: %s", path,
                               strerrordesc_np(errno)));
        return err_make(DP_IO);
    }
    return DP_SUCCESS;
}

static dp_err check_options(const struct server_options *options, struct dp_problem *problem)
{
    size_t path_max = sizeof((struct sockaddr_un *)NULL)->sun_path - 1;
    bool is_path_good = options->socket_path != NULL && options->socket_path[0] != '\0' &&
                        strlen(options->socket_path) < path_max &&
                        strchr(options->socket_path, ',') == NULL;
    if (!is_path_good) {
        err_ignore(problem_set(
            problem, 0, 0, "The path of the socket must have less than %zu bytes and no comma",
            path_max));
        return err_make(DP_USAGE);
    }
    if (options->threads < 1 || options->threads > THREADS_MAX) {
        err_ignore(
            problem_set(problem, 0, 0, "The count of threads must be 1 to %d", THREADS_MAX));
        return err_make(DP_USAGE);
    }
    DP_CHECK(options->handle != NULL);
    return DP_SUCCESS;
}

static struct mg_context *start_civetweb(struct server *server)
{
    char listen_on[FILE_PATH_MAX + 2];
    char threads[NUMBER_TEXT];
    char timeout[NUMBER_TEXT];
    char head_bytes[NUMBER_TEXT];
    (void)snprintf(listen_on, sizeof listen_on, "x%s", server->socket_path);
    (void)snprintf(threads, sizeof threads, "%u", server->options.threads);
    (void)snprintf(timeout, sizeof timeout, "%u", server->options.timeout_ms);
    (void)snprintf(head_bytes, sizeof head_bytes, "%d", HEAD_BYTES + 2 * REQUEST_PATH_BYTES);
    const char *settings[] = {
        "listening_ports",
        listen_on,
        "num_threads",
        threads,
        "request_timeout_ms",
        timeout,
        "max_request_size",
        head_bytes,
        "connection_queue",
        "512",
        "listen_backlog",
        "1024",
        "enable_keep_alive",
        "no",
        "decode_url",
        "no",
        "decode_query_string",
        "no",
        "enable_directory_listing",
        "no",
        "enable_auth_domain_check",
        "no",
        "allow_sendfile_call",
        "no",
        "index_files",
        "",
        "ssi_pattern",
        "",
        NULL,
    };
    struct mg_callbacks callbacks = {
        .begin_request = begin_request,
        .http_error = http_error,
        .log_message = log_message,
    };
    return mg_start(&callbacks, server, settings);
}

dp_err server_start(const struct server_options *options, struct server **out,
                    struct dp_problem *problem)
{
    DP_TRY(check_options(options, problem));
    DP_TRY(remove_stale(options->socket_path, problem));
    struct server *server = mem_new(1, sizeof *server);
    if (server == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    server->options = *options;
    (void)snprintf(server->socket_path, sizeof server->socket_path, "%s", options->socket_path);
    (void)mg_init_library(MG_FEATURES_DEFAULT);
    server->context = start_civetweb(server);
    if (server->context == NULL) {
        err_ignore(problem_set(problem, 0, 0, "The inner HTTP server did not start on %s: %s",
                               options->socket_path,
                               server->reason[0] != '\0' ? server->reason : "no reason given"));
        (void)mg_exit_library();
        mem_free(server);
        return err_make(DP_IO);
    }
    atomic_store(&server->is_started, true);
    if (chmod(server->socket_path, 0600) != 0) {
        log_warning("can't make the inner socket private: %s", strerrordesc_np(errno));
    }
    *out = server;
    return DP_SUCCESS;
}

static void *stop_civetweb(void *argument)
{
    struct server *server = argument;
    mg_stop(server->context);
    atomic_store(&server->is_stopped, true);
    return NULL;
}

void server_stop(struct server *server)
{
    if (server == NULL) {
        return;
    }
    /* CivetWeb's accepting thread looks at its stop flag only every two seconds, or when somebody
     * connects: so we connect until it has seen it. */
    pthread_t stopper;
    if (pthread_create(&stopper, NULL, stop_civetweb, server) != 0) {
        (void)stop_civetweb(server);
    } else {
        while (!atomic_load(&server->is_stopped)) {
            int fd = connect_to(server->socket_path);
            file_close_at(&fd);
            (void)nanosleep(&(struct timespec){ .tv_nsec = STOP_PAUSE_NS }, NULL);
        }
        (void)pthread_join(stopper, NULL);
    }
    (void)mg_exit_library();
    mem_free(server);
}
