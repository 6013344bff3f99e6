/* SPDX-License-Identifier: MIT */
#include "web/part.h"

#include <sys/stat.h>

#include "app/core/log.h"
#include "app/core/mem.h"
#include "app/service/certificate/certificate.h"
#include "app/service/schedule/process.h"
#include "storage/office_key_record.h"
#include "web/front/front.h"
#include "web/pages/pages.h"
#include "web/pages/services.h"
#include "web/server/server.h"

enum { FRONTS_MAX = 16, TICK_S = 60, DAY_S = 86400, ADDRESS_MAX = 64 };

struct part {
    const struct config *config;
    struct clock clock;
    struct appliance appliance;
    struct services services;
    struct routes routes;
    struct str languages[LANGUAGE_COUNT];
    struct server *server;
    struct front *fronts[FRONTS_MAX];
    size_t fronts_count;
    char socket_path[FILE_PATH_MAX];
    struct certificate certificate;
    struct stat chain_seen; /* as it was when it was last read */
    struct stat key_seen;
    int64_t ensured_s; /* monotonic, when the certificate's age was last looked at */
};

/* ---- Certificate ---------------------------------------------------------------------------------- */

static int64_t monotonic_s(const struct part *part)
{
    return clock_monotonic_ms(&part->clock) / 1000;
}

/* A new leaf when it is time; the one that is there is served on when that fails. */
static dp_err ensure_certificate(struct part *part, struct dp_problem *problem)
{
    bool is_new = false;
    part->ensured_s = monotonic_s(part);
    DP_TRY(certificate_ensure(part->config, part->appliance.folder.certs, &part->clock, &is_new,
                              problem));
    if (is_new) {
        log_info("made a new certificate");
    }
    return certificate_find(part->config, part->appliance.folder.certs, &part->certificate);
}

static void remember_files(struct part *part)
{
    if (stat(part->certificate.chain_path, &part->chain_seen) != 0 ||
        stat(part->certificate.key_path, &part->key_seen) != 0) {
        part->chain_seen = (struct stat){ 0 };
    }
}

static bool is_same_file(const char *path, const struct stat *seen)
{
    struct stat now;
    return stat(path, &now) == 0 && now.st_ino == seen->st_ino &&
           now.st_size == seen->st_size && now.st_mtim.tv_sec == seen->st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == seen->st_mtim.tv_nsec;
}

static bool have_files_changed(const struct part *part)
{
    return !is_same_file(part->certificate.chain_path, &part->chain_seen) ||
           !is_same_file(part->certificate.key_path, &part->key_seen);
}

static void reload_certificate(struct part *part)
{
    remember_files(part); /* a bad pair is complained about once, not every minute */
    for (size_t i = 0; i < part->fronts_count; i++) {
        struct dp_problem problem = { 0 };
        dp_err loaded = front_reload(part->fronts[i], &problem);
        if (!err_is_ok(loaded)) {
            log_error("the old certificate stays: %s", problem.sentence[0] != '\0'
                                                           ? problem.sentence
                                                           : err_sentence(loaded.code));
            return;
        }
    }
    log_info("the certificate was read again");
}

static void look_after_certificate(struct part *part, bool is_asked)
{
    if (is_asked || monotonic_s(part) - part->ensured_s >= DAY_S) {
        struct dp_problem problem = { 0 };
        dp_err ensured = ensure_certificate(part, &problem);
        if (!err_is_ok(ensured)) {
            log_error("no new certificate: %s", problem.sentence[0] != '\0'
                                                    ? problem.sentence
                                                    : err_sentence(ensured.code));
        }
    }
    if (is_asked || have_files_changed(part)) {
        reload_certificate(part);
    }
}

/* ---- Pages ---------------------------------------------------------------------------------------- */

static dp_err read_csrf_key(struct part *part, struct secret_key *out)
{
    struct office_key key;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(part->appliance.office, &txn));
    DP_TRY(office_key_record_get(txn, OFFICE_KEY_CSRF, &key));
    *out = key.key;
    secret_wipe(&key, sizeof key);
    return DP_SUCCESS;
}

static dp_err prepare_pages(struct part *part, struct dp_problem *problem)
{
    struct services *services = &part->services;
    struct routes *routes = &part->routes;
    services->appliance = &part->appliance;
    services->desk.appliance = &part->appliance;
    DP_TRY(ballotboxes_open(&part->appliance.folder, &part->clock, &services->desk.boxes));
    limiter_init(&services->limiter, part->clock);
    for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
        part->languages[language] = str_of(text_language_code(language));
    }
    *routes = (struct routes){ .clock = part->clock,
                               .services = services,
                               .sessions = services_sessions(services),
                               .languages = part->languages,
                               .language_count = LANGUAGE_COUNT,
                               .login_path = "/login",
                               .error_page = page_error };
    routes->rows = pages_rows(&routes->row_count);
    DP_TRY(routes_check(routes->rows, routes->row_count, problem));
    return read_csrf_key(part, &routes->csrf_key);
}

static void answer(void *context, struct request *request, struct response *response)
{
    const struct part *part = context;
    routes_serve(&part->routes, request, response);
}

/* ---- Listening ------------------------------------------------------------------------------------ */

static dp_err start_server(struct part *part, struct dp_problem *problem)
{
    struct server_options options = server_defaults();
    DP_TRY(file_join(part->socket_path, sizeof part->socket_path, part->appliance.folder.run,
                     FOLDER_WEB_SOCKET));
    options.socket_path = part->socket_path;
    options.threads = (unsigned)config_int(part->config, CONFIG_WORKERS);
    options.handle = answer;
    options.context = part;
    return server_start(&options, &part->server, problem);
}

static dp_err start_front(struct part *part, struct str address, uint16_t port,
                          struct dp_problem *problem)
{
    struct front_options options = front_defaults();
    char text[ADDRESS_MAX];
    if (part->fronts_count == FRONTS_MAX || !str_copy(address, text, sizeof text)) {
        return problem_set(problem, 0, 0, "listen has more than %d addresses", FRONTS_MAX);
    }
    options.address = text;
    options.port = port;
    options.key_path = part->certificate.key_path;
    options.chain_path = part->certificate.chain_path;
    options.backend_path = part->socket_path;
    options.clock = part->clock;
    options.threads = (unsigned)config_int(part->config, CONFIG_FRONT_THREADS);
    options.backend_max = (size_t)config_int(part->config, CONFIG_WORKERS);
    DP_TRY(front_start(&options, &part->fronts[part->fronts_count], problem));
    part->fronts_count++;
    return DP_SUCCESS;
}

/* With port 0 the first address gets a free port, and the others the same one. */
static dp_err start_fronts(struct part *part, struct dp_problem *problem)
{
    struct str rest = { NULL, 0 };
    struct str address;
    uint16_t port = (uint16_t)config_int(part->config, CONFIG_PORT);
    remember_files(part);
    while (config_list_next(part->config, CONFIG_LISTEN, &rest, &address)) {
        DP_TRY(start_front(part, address, port, problem));
        port = front_port(part->fronts[0]);
    }
    BUF_AUTO struct buf start = buf_new(OPTIONS_VALUE_MAX);
    config_links_start(part->config, port, &start);
    log_info("serving on port %u, %.*s", (unsigned)port, STR_ARG(buf_str(&start)));
    return DP_SUCCESS;
}

static dp_err start(struct part *part, struct dp_problem *problem)
{
    DP_TRY(appliance_open(config_text(part->config, CONFIG_DIR), part->clock, problem,
                          &part->appliance));
    DP_TRY(appliance_remember(&part->appliance));
    DP_TRY(ensure_certificate(part, problem));
    DP_TRY(prepare_pages(part, problem));
    DP_TRY(start_server(part, problem));
    return start_fronts(part, problem);
}

static void stop(struct part *part)
{
    for (size_t i = 0; i < part->fronts_count; i++) {
        front_stop(part->fronts[i]);
    }
    server_stop(part->server);
    ballotboxes_close(part->services.desk.boxes);
    secret_wipe(&part->routes.csrf_key, sizeof part->routes.csrf_key);
    appliance_close(&part->appliance);
}

static void run(struct part *part)
{
    enum process_wake woken = PROCESS_TIME;
    while (woken != PROCESS_STOP) {
        store_clear_dead_readers(part->appliance.office);
        store_clear_dead_readers(part->appliance.results);
        ballotboxes_tick(part->services.desk.boxes);
        woken = process_wait(TICK_S);
        look_after_certificate(part, woken == PROCESS_RELOAD);
    }
}

dp_err part_serve(const struct config *config, struct clock clock, struct dp_problem *problem)
{
    MEM_AUTO struct part *part = mem_new(1, sizeof *part);
    if (part == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    part->config = config;
    part->clock = clock;
    dp_err started = start(part, problem);
    if (err_is_ok(started)) {
        run(part);
    }
    stop(part);
    return started;
}

/* ---- For the documentation ------------------------------------------------------------------------ */

static void add_roles(struct buf *out, unsigned roles)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = { { ROLE_PUBLIC, "everybody" }, { ROLE_EMPLOYEE, "employee" },
                  { ROLE_MANAGER, "manager" },  { ROLE_HR, "HR" },
                  { ROLE_ADMIN, "admin" },      { ROLE_TOKEN, "token" } };
    const char *between = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((roles & names[i].bit) != 0) {
            buf_fmt(out, "%s%s", between, names[i].name);
            between = ", ";
        }
    }
}

void part_list_routes(struct buf *out)
{
    size_t count = 0;
    const struct route *rows = pages_rows(&count);
    buf_add_text(out,
                 "| method | address | who may | what it is |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < count; i++) {
        buf_fmt(out, "| %.*s | `%s` | ", STR_ARG(request_method_name(rows[i].method)),
                rows[i].pattern);
        add_roles(out, rows[i].roles);
        buf_fmt(out, " | %s |\n", rows[i].help);
    }
}
