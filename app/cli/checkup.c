/* SPDX-License-Identifier: MIT */
#include "app/cli/checkup.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "app/service/account/account.h"
#include "app/service/certificate/certificate.h"
#include "app/service/schedule/evening.h"
#include "app/service/schedule/runs.h"
#include "storage/audit_record.h"
#include "storage/flushed_record.h"

enum { SOON_DAYS = 14, ROOM_BYTES = 256 << 20, ANSWER_S = 5, OVERDUE_S = 3600 };

__attribute__((format(printf, 4, 5))) static void found(struct checkup *checkup,
                                                        const char *subject,
                                                        enum checkup_state state,
                                                        const char *format, ...)
{
    if (checkup->count == CHECKUP_MAX) {
        return;
    }
    struct checkup_finding *finding = &checkup->findings[checkup->count++];
    va_list args;
    finding->subject = subject;
    finding->state = state;
    va_start(args, format);
    (void)vsnprintf(finding->sentence, sizeof finding->sentence, format, args);
    va_end(args);
    checkup->has_problem = checkup->has_problem || state == CHECKUP_PROBLEM;
}

/* ---- The machine ---------------------------------------------------------------------------------- */

/* File systems that write changed bytes elsewhere, so that a key that was overwritten is still there. */
static const char *copying_file_system(const char *path)
{
    static const struct {
        uint64_t magic;
        const char *name;
    } known[] = { { 0x9123683eU, "btrfs" },   { 0x2fc12fc1U, "ZFS" },
                  { 0x794c7630U, "overlay" }, { 0xca451a4eU, "bcachefs" },
                  { 0x4a44U, "JFFS2" },       { 0x3434U, "NILFS" },
                  { 0xf2f52010U, "F2FS" } };
    struct statfs info;
    if (statfs(path, &info) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if ((uint64_t)info.f_type == known[i].magic) {
            return known[i].name;
        }
    }
    return NULL;
}

static void look_at_disk(const struct folder *folder, struct checkup *checkup)
{
    struct statvfs room;
    const char *copying = copying_file_system(folder->path);
    if (copying != NULL) {
        found(
            checkup, "disk", CHECKUP_NOTE,
            "%s keeps old copies of what is overwritten, keys too: encrypt the disk (LUKS), or "
            "take ext4 or XFS for the data folder",
            copying);
    }
    if (statvfs(folder->path, &room) != 0) {
        found(checkup, "disk", CHECKUP_PROBLEM, "the room on it is unknown: %s",
              strerrordesc_np(errno));
        return;
    }
    uint64_t free_bytes = (uint64_t)room.f_bavail * room.f_frsize;
    found(checkup, "disk", free_bytes < ROOM_BYTES ? CHECKUP_PROBLEM : CHECKUP_OK,
          "%llu MiB are free", (unsigned long long)(free_bytes >> 20));
}

static void look_at_users(const struct folder *folder, struct checkup *checkup)
{
    struct stat keys;
    struct stat office;
    if (stat(folder->epoch, &keys) != 0 || stat(folder->office, &office) != 0) {
        found(checkup, "users", CHECKUP_PROBLEM, "epoch/ or office/ can't be looked at: %s",
              strerrordesc_np(errno));
        return;
    }
    if ((keys.st_mode & 077) != 0) {
        found(checkup, "users", CHECKUP_PROBLEM,
              "epoch/ may be opened by others (mode %03o); chmod 700 it",
              (unsigned)keys.st_mode & 0777);
        return;
    }
    found(checkup, "users", CHECKUP_NOTE, "%s",
          keys.st_uid == office.st_uid
              ? "web and flush run as one user: who breaks into the web part could open "
                "today's box"
              : "the keys of the ballots belong to a user of their own");
}

/* The first line is a heading; more means swap. */
static void look_at_swap(struct checkup *checkup)
{
    char line[256];
    size_t lines = 0;
    FILE *swaps = fopen("/proc/swaps", "re");
    if (swaps == NULL) {
        found(checkup, "swap", CHECKUP_NOTE, "it is unknown whether there is any");
        return;
    }
    while (fgets(line, sizeof line, swaps) != NULL) {
        lines++;
    }
    (void)fclose(swaps);
    found(checkup, "swap", lines > 1 ? CHECKUP_NOTE : CHECKUP_OK, "%s",
          lines > 1
              ? "there is swap; ballots are opened in locked memory, but switch swap off or "
                "encrypt it"
              : "none");
}

static void look_at_clock(const struct appliance *appliance, struct checkup *checkup)
{
    struct timex timex = { 0 };
    struct flushed flushed = { 0 };
    char day[DATE_TEXT_MAX];
    STORE_READ_AUTO struct store_txn *txn = NULL;
    dp_err read = store_read(appliance->results, &txn);
    read = err_is_ok(read) ? flushed_record_latest(txn, &flushed) : read;
    if (err_is_ok(read) && date_is_before(appliance_today(appliance), flushed.epoch.date)) {
        date_text(flushed.epoch.date, day);
        found(checkup, "clock", CHECKUP_PROBLEM, "it is behind: %s has been closed already",
              day);
        return;
    }
    int state = adjtimex(&timex);
    bool is_set = state >= 0 && state != TIME_ERROR && (timex.status & STA_UNSYNC) == 0;
    found(checkup, "clock", is_set ? CHECKUP_OK : CHECKUP_NOTE, "%s, %s",
          appliance->organisation.zone,
          is_set ? "set over the network" : "not set over the network: see that it keeps time");
}

/* ---- The appliance -------------------------------------------------------------------------------- */

static void look_at_certificate(const struct config *config, const struct appliance *appliance,
                                struct checkup *checkup)
{
    struct cert_info info;
    struct dp_problem problem = { 0 };
    dp_err looked = certificate_info(config, appliance->folder.certs, &appliance->clock, &info,
                                     &problem);
    if (err_is(looked, DP_NOT_FOUND) && config_text(config, CONFIG_CERT_FILE)[0] == '\0') {
        found(checkup, "certificate", CHECKUP_NOTE,
              "it is made at the first start of daypulse up");
    } else if (!err_is_ok(looked)) {
        found(checkup, "certificate", CHECKUP_PROBLEM, "%s", problem.sentence);
    } else {
        found(checkup, "certificate", info.days_left < SOON_DAYS ? CHECKUP_PROBLEM : CHECKUP_OK,
              "%lld days left", (long long)info.days_left);
    }
}

static void look_at_account(const struct appliance *appliance, struct checkup *checkup)
{
    bool is_unclaimed = false;
    dp_err asked = account_is_unclaimed(appliance, &is_unclaimed);
    if (!err_is_ok(asked)) {
        found(checkup, "accounts", CHECKUP_PROBLEM, "%s", err_sentence(asked.code));
    } else if (is_unclaimed) {
        found(checkup, "accounts", CHECKUP_NOTE, "nobody has claimed this appliance yet");
    }
}

static void look_at_audit(const struct appliance *appliance, struct checkup *checkup)
{
    struct dp_problem problem = { 0 };
    uint64_t entries = 0;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    dp_err read = store_read(appliance->office, &txn);
    read = err_is_ok(read) ? audit_record_verify(txn, &entries, &problem) : read;
    if (err_is_ok(read)) {
        found(checkup, "audit", CHECKUP_OK, "%llu entries, the chain is whole",
              (unsigned long long)entries);
        return;
    }
    found(checkup, "audit", CHECKUP_PROBLEM, "%s",
          problem.sentence[0] != '\0' ? problem.sentence : err_sentence(read.code));
}

static void look_at_export(const struct appliance *appliance, struct checkup *checkup)
{
    struct run run;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    dp_err read = store_read(appliance->office, &txn);
    read = err_is_ok(read) ? run_record_last(txn, STR(RUNS_SCHEDULE), &run) : read;
    if (err_is(read, DP_NOT_FOUND)) {
        return;
    }
    if (!err_is_ok(read)) {
        found(checkup, "export", CHECKUP_PROBLEM, "%s", err_sentence(read.code));
        return;
    }
    bool is_failed = run.error[0] != '\0';
    found(checkup, "export", is_failed ? CHECKUP_PROBLEM : CHECKUP_OK, "the last run %s%s",
          is_failed ? "failed: " : "went well", run.error);
}

static void look_at_boxes(const struct appliance *appliance, struct checkup *checkup)
{
    struct evening_box boxes[EVENING_BOXES_MAX];
    size_t count = 0;
    size_t overdue = 0;
    int64_t now_s = clock_wall_s(&appliance->clock);
    dp_err listed = evening_boxes(appliance, boxes, &count);
    if (!err_is_ok(listed)) {
        found(checkup, "boxes", CHECKUP_PROBLEM, "they can't be looked at: %s",
              err_sentence(listed.code));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        overdue += boxes[i].close_s + OVERDUE_S < now_s ? 1 : 0;
    }
    if (overdue > 0) {
        found(checkup, "boxes", CHECKUP_PROBLEM,
              "%zu days should have been closed: does daypulse flush run?", overdue);
    } else if (count == 0) {
        found(checkup, "boxes", CHECKUP_NOTE,
              "there is none: nobody is in the roster, or daypulse flush does not run");
    } else {
        found(checkup, "boxes", CHECKUP_OK, "%zu there, none overdue", count);
    }
}

void checkup_run(const struct config *config, const struct clock *clock,
                 struct checkup *checkup)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    const char *dir = config_text(config, CONFIG_DIR);
    *checkup = (struct checkup){ 0 };
    look_at_swap(checkup);
    dp_err opened = appliance_open(dir, *clock, &problem, &appliance);
    if (!err_is_ok(opened)) {
        found(checkup, "folder", CHECKUP_PROBLEM, "%s",
              problem.sentence[0] != '\0' ? problem.sentence : err_sentence(opened.code));
        return;
    }
    found(checkup, "folder", CHECKUP_OK, "format %d%s", FOLDER_FORMAT,
          appliance.folder.is_demo ? ", a demo" : "");
    look_at_disk(&appliance.folder, checkup);
    look_at_users(&appliance.folder, checkup);
    look_at_clock(&appliance, checkup);
    look_at_certificate(config, &appliance, checkup);
    look_at_account(&appliance, checkup);
    look_at_boxes(&appliance, checkup);
    look_at_export(&appliance, checkup);
    look_at_audit(&appliance, checkup);
}

/* ---- Health --------------------------------------------------------------------------------------- */

static dp_err no_answer(const char *what, struct dp_problem *problem)
{
    err_ignore(problem_set(problem, 0, 0, "the web part %s", what));
    return err_make(DP_IO);
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const struct timeval patience = { .tv_sec = ANSWER_S };
    if (!str_copy(str_of(path), address.sun_path, sizeof address.sun_path)) {
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
                    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0 ||
                    connect(fd, (const struct sockaddr *)&address, sizeof address) != 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* As the front would ask, without TLS before it. */
static dp_err ask(const char *path, struct dp_problem *problem)
{
    static const char request[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
                                  "X-Daypulse-Peer: 127.0.0.1\r\nContent-Length: 0\r\n"
                                  "Connection: close\r\n\r\n";
    char reply[64];
    FILE_FD_AUTO int fd = connect_to(path);
    if (fd < 0) {
        return no_answer("does not run", problem);
    }
    if (file_write_fully(fd, bytes_of(request, sizeof request - 1)) != 0) {
        return no_answer("takes no request", problem);
    }
    ssize_t len = recv(fd, reply, sizeof reply, MSG_WAITALL);
    struct str start = { reply, len < 0 ? 0 : (size_t)len };
    return str_starts_with(start, STR("HTTP/1.1 200")) ? DP_SUCCESS
                                                       : no_answer("does not answer", problem);
}

dp_err checkup_health(const struct config *config, const struct clock *clock,
                      struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    struct cert_info info;
    FOLDER_AUTO struct folder folder = { .lock_fd = -1 };
    DP_TRY(folder_open(config_text(config, CONFIG_DIR), FOLDER_LOCK_SHARED, problem, &folder));
    DP_TRY(file_join(path, sizeof path, folder.run, FOLDER_WEB_SOCKET));
    DP_TRY(ask(path, problem));
    DP_TRY(certificate_info(config, folder.certs, clock, &info, problem));
    if (info.days_left < 0) {
        err_ignore(problem_set(problem, 0, 0, "the certificate ended %lld days ago",
                               -(long long)info.days_left));
        return err_make(DP_OUT_OF_RANGE);
    }
    return DP_SUCCESS;
}
