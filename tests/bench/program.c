/* SPDX-License-Identifier: MIT */
#include "tests/bench/program.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/client.h"

enum { START_PATIENCE_S = 20, ARGUMENTS_MAX = 16 };

/* ---- Processors ---------------------------------------------------------------------------------- */

static void pin(int processor)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    if (sysconf(_SC_NPROCESSORS_ONLN) > 1) {
        (void)sched_setaffinity(0, sizeof set, &set);
    }
}

void program_pin_self(void)
{
    pin(1);
}

void program_unpin_self(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (long i = 0; i < sysconf(_SC_NPROCESSORS_ONLN); i++) {
        CPU_SET((size_t)i, &set);
    }
    (void)sched_setaffinity(0, sizeof set, &set);
}

/* ---- Starting ------------------------------------------------------------------------------------ */

static _Noreturn void become(const char *path, const char *const *arguments, int out)
{
    char *copies[ARGUMENTS_MAX + 1] = { NULL };
    for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i] != NULL; i++) {
        copies[i] = strdup(arguments[i]);
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    (void)dup2(out, STDOUT_FILENO);
    (void)execv(path, copies);
    _exit(127);
}

struct ran program_run(const char *path, const char *const *arguments, char *out, size_t size)
{
    struct ran ran = { 0 };
    struct rusage usage;
    int status = 0;
    int ends[2];
    char rest[4096];
    size_t len = 0;
    double start = bench_now_s();
    if (pipe2(ends, O_CLOEXEC) != 0) {
        bench_stop("no pipe");
    }
    pid_t child = fork();
    if (child == 0) {
        become(path, arguments, ends[1]);
    }
    close(ends[1]);
    for (;;) {
        bool has_room = out != NULL && len + 1 < size;
        ssize_t got = read(ends[0], has_room ? out + len : rest,
                           has_room ? size - 1 - len : sizeof rest);
        if (got <= 0) {
            break;
        }
        len += has_room ? (size_t)got : 0;
    }
    close(ends[0]);
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
        bench_stop("%s %s failed", path, arguments[1]);
    }
    if (out != NULL) {
        out[len] = '\0';
    }
    ran.seconds = bench_now_s() - start;
    ran.cpu_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    ran.peak_mb = (double)usage.ru_maxrss / 1024.0;
    return ran;
}

/* ---- The server ---------------------------------------------------------------------------------- */

static uint16_t free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        bench_stop("no free port");
    }
    close(fd);
    return ntohs(address.sin_port);
}

/* The child of `parent` whose first argument is "web"; 0 while there is none. */
static pid_t find_web(pid_t parent)
{
    pid_t found = 0;
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char path[300];
        char text[512] = "";
        int owner = 0;
        int pid = atoi(entry->d_name);
        (void)snprintf(path, sizeof path, "/proc/%d/stat", pid);
        FILE *file = pid > 0 ? fopen(path, "re") : NULL;
        if (file == NULL) {
            continue;
        }
        bool is_child = fscanf(file, "%*d %*s %*c %d", &owner) == 1 && owner == parent;
        (void)fclose(file);
        (void)snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
        file = is_child ? fopen(path, "re") : NULL;
        if (file != NULL && fread(text, 1, sizeof text - 1, file) > 0 &&
            strcmp(text + strlen(text) + 1, "web") == 0) {
            found = pid;
        }
        if (file != NULL) {
            (void)fclose(file);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return found;
}

static void print_log(const char *path)
{
    char line[512];
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        (void)fputs(line, stderr);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

static void wait_for_reply(const struct server *server, const char *log_path)
{
    const struct timespec moment = { .tv_nsec = 500000 };
    double start = bench_now_s();
    for (;;) {
        struct client client;
        bool is_served = client_open(&client, server->port, 0) &&
                         client_get(&client, "/healthz", "") && client.status == 200;
        client_close(&client);
        if (is_served) {
            return;
        }
        if (bench_now_s() - start > START_PATIENCE_S) {
            print_log(log_path);
            bench_stop("the server does not answer");
        }
        (void)nanosleep(&moment, NULL);
    }
}

double server_start(const struct bench *bench, const char *folder, struct server *server)
{
    char port[16];
    char log_path[BENCH_PATH_MAX];
    bench_path(bench, "server.log", log_path);
    *server = (struct server){ .port = free_port() };
    (void)snprintf(port, sizeof port, "%u", (unsigned)server->port);
    const char *const arguments[] = { "daypulse", "up",   "--listen",    "127.0.0.1",
                                      "--port",   port,   "--log-level", "warning",
                                      "--dir",    folder, NULL };
    double start = bench_now_s();
    server->up = fork();
    if (server->up == 0) {
        pin(0);
        int log = open(log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        (void)dup2(log, STDERR_FILENO);
        become(bench->daypulse, arguments, log);
    }
    if (server->up < 0) {
        bench_stop("no process");
    }
    wait_for_reply(server, log_path);
    double seconds = bench_now_s() - start;
    server->web = find_web(server->up);
    if (server->web == 0) {
        bench_stop("there is no web process");
    }
    return seconds;
}

void server_stop(const struct server *server)
{
    (void)kill(server->up, SIGTERM);
    (void)waitpid(server->up, NULL, 0);
}

double server_cpu_s(const struct server *server)
{
    clockid_t clock;
    struct timespec spent = { 0 };
    if (clock_getcpuclockid(server->web, &clock) != 0 || clock_gettime(clock, &spent) != 0) {
        bench_stop("the web process is gone");
    }
    return (double)spent.tv_sec + (double)spent.tv_nsec / 1e9;
}

static double read_status_mb(const struct server *server, const char *name)
{
    char line[256];
    double kb = -1;
    (void)snprintf(line, sizeof line, "/proc/%d/status", (int)server->web);
    FILE *file = fopen(line, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            kb = strtod(line + strlen(name), NULL);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    if (kb < 0) {
        bench_stop("the web process is gone");
    }
    return kb / 1024.0;
}

double server_resident_mb(const struct server *server)
{
    return read_status_mb(server, "VmRSS:");
}

double server_anonymous_mb(const struct server *server)
{
    return read_status_mb(server, "RssAnon:");
}

size_t server_descriptors(const struct server *server)
{
    char path[64];
    size_t count = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/fd", (int)server->web);
    DIR *folder = opendir(path);
    while (folder != NULL && readdir(folder) != NULL) {
        count++;
    }
    if (folder == NULL) {
        bench_stop("the web process is gone");
    }
    closedir(folder);
    return count;
}
