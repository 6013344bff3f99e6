/* SPDX-License-Identifier: MIT */
/*
 * The mark says "making" while the folder is being made and "ready" from then on. So a crash
 * in between leaves a folder that nobody opens, and that making again mends; and a folder
 * that is not ours is never touched.
 */
#include "storage/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/core/num.h"
#include "storage/place.h"

static const char MARK_NAME[] = "daypulse.folder";
static const char LOCK_NAME[] = "lock";
static const char DEMO_NAME[] = "demo";
static const char RUN_PATH_NAME[] = "run.path";

enum {
    MARK_MAX = 256,
    LONGEST_NAME = 32, /* of what lies directly in the folder, with its slash */
    ROOT_MODE = 0750,
    MARK_MODE = 0644,
    LOCK_MODE = 0660,
};

enum mark { MARK_NONE, MARK_MAKING, MARK_READY };

struct sub_folder {
    const char *name;
    mode_t mode;
    size_t offset; /* of its path in struct folder */
};

static const struct sub_folder SUB_FOLDERS[] = {
    { "office", 0770, offsetof(struct folder, office) },
    { "results", 0770, offsetof(struct folder, results) },
    { "box", 0750, offsetof(struct folder, box) },
    { "epoch", 0700, offsetof(struct folder, epoch) },
    { "daykey", 0750, offsetof(struct folder, daykey) },
    { "tally", 0700, offsetof(struct folder, tally) },
    { "certs", 0700, offsetof(struct folder, certs) },
    { "exports", 0750, offsetof(struct folder, exports) },
    { "backup", 0700, offsetof(struct folder, backup) },
};
enum { SUB_FOLDER_COUNT = sizeof SUB_FOLDERS / sizeof SUB_FOLDERS[0] };

struct kind {
    const char *name;
    uint32_t schema_version;
};
static const struct kind OFFICE = { "office", FOLDER_OFFICE_SCHEMA };
static const struct kind RESULTS = { "results", FOLDER_RESULTS_SCHEMA };

static dp_err refuse(struct dp_problem *problem, enum dp_code code, const char *path,
                     const char *sentence)
{
    err_ignore(problem_set(problem, 0, 0, "%.255s %s", path, sentence));
    return err_make(code);
}

static dp_err refuse_errno(struct dp_problem *problem, const char *path, const char *tried)
{
    char reason[128];
    int error = errno;
    err_ignore(problem_set(problem, 0, 0, "%.255s %s: %s", path, tried,
                           strerror_r(error, reason, sizeof reason)));
    return err_make(file_code_of_errno(error));
}

/* ---- Paths ---- */

static char *sub_path(struct folder *folder, const struct sub_folder *sub)
{
    return (char *)folder + sub->offset;
}

static dp_err check_length(const char *whole, const char *path, struct dp_problem *problem)
{
    if (strlen(whole) + LONGEST_NAME > FILE_PATH_MAX) {
        return refuse(problem, DP_TOO_LONG, path, "is too long a path for a data folder");
    }
    return DP_SUCCESS;
}

/* "/data/a" of "a" or "/data/./a": the folder exists. */
static dp_err set_paths(const char *path, struct dp_problem *problem, struct folder *folder)
{
    char whole[PATH_MAX];
    if (realpath(path, whole) == NULL) {
        return refuse_errno(problem, path, "can't be opened");
    }
    DP_TRY(check_length(whole, path, problem));
    DP_CHECK(str_copy(str_of(whole), folder->path, sizeof folder->path));
    for (size_t i = 0; i < SUB_FOLDER_COUNT; i++) {
        DP_TRY(file_join(sub_path(folder, &SUB_FOLDERS[i]), FILE_PATH_MAX, folder->path,
                         SUB_FOLDERS[i].name));
    }
    return DP_SUCCESS;
}

/* ---- The mark ---- */

static dp_err write_mark(const struct folder *folder, enum mark mark,
                         struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    char text[MARK_MAX];
    int len = snprintf(text, sizeof text, "Daypulse data folder\nformat %d\nstate %s\n",
                       FOLDER_FORMAT, mark == MARK_READY ? "ready" : "making");
    DP_TRY(file_join(path, sizeof path, folder->path, MARK_NAME));
    return file_write_atomic(path, bytes_of(text, (size_t)len), MARK_MODE, problem);
}

static bool next_word(struct str *rest, struct str before, struct str *word)
{
    struct str line;
    if (!str_next(rest, '\n', &line) || !str_starts_with(line, before)) {
        return false;
    }
    *word = str_slice(line, before.len, line.len);
    return true;
}

static dp_err parse_mark(const char *path, struct str text, enum mark *mark,
                         struct dp_problem *problem)
{
    struct str word;
    uint64_t format = 0;
    bool is_mark = next_word(&text, STR("Daypulse data folder"), &word) && word.len == 0 &&
                   next_word(&text, STR("format "), &word) &&
                   err_is_ok(num_uint(word, 1, UINT32_MAX, &format));
    if (!is_mark) {
        return refuse(problem, DP_CONFLICT, path, "has a mark that Daypulse did not write");
    }
    if (format > FOLDER_FORMAT) {
        return refuse(problem, DP_SCHEMA_NEWER, path,
                      "was made by a newer version of Daypulse: upgrade the program");
    }
    if (!next_word(&text, STR("state "), &word)) {
        return refuse(problem, DP_CONFLICT, path, "has a mark that Daypulse did not write");
    }
    *mark = str_equal(word, STR("ready")) ? MARK_READY : MARK_MAKING;
    return DP_SUCCESS;
}

/* MARK_NONE when there is none. */
static dp_err read_mark(const struct folder *folder, enum mark *mark,
                        struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    BUF_AUTO struct buf text = buf_new(MARK_MAX);
    *mark = MARK_NONE;
    DP_TRY(file_join(path, sizeof path, folder->path, MARK_NAME));
    dp_err read = file_read(path, &text, problem);
    if (err_is(read, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(read);
    return parse_mark(folder->path, buf_str(&text), mark, problem);
}

/* ---- The lock ---- */

static dp_err take_lock(struct folder *folder, int flags, bool is_new,
                        struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    DP_TRY(file_join(path, sizeof path, folder->path, LOCK_NAME));
    folder->lock_fd = open(path, O_RDONLY | O_CLOEXEC | (is_new ? O_CREAT : 0), LOCK_MODE);
    if (folder->lock_fd < 0) {
        return refuse_errno(problem, path, "can't be opened");
    }
    if (is_new && fchmod(folder->lock_fd, LOCK_MODE) != 0) {
        return refuse_errno(problem, path, "can't be given its mode");
    }
    if (flock(folder->lock_fd, flags | LOCK_NB) == 0) {
        return DP_SUCCESS;
    }
    if (errno != EWOULDBLOCK) {
        return refuse_errno(problem, path, "can't be locked");
    }
    return refuse(problem, DP_BUSY, folder->path,
                  flags == LOCK_EX
                      ? "is in use: stop the Daypulse that runs on it first"
                      : "is being made, restored or migrated right now: try again later");
}

void folder_close(struct folder *folder)
{
    if (folder->lock_fd >= 0 && folder->path[0] != '\0') {
        close(folder->lock_fd);
    }
    folder->lock_fd = -1;
    folder->path[0] = '\0';
}

/* ---- The folder of sockets ---- */

/* Nobody else may have put it there: the place may be /tmp. */
static bool is_private_folder(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid() &&
           (info.st_mode & 077) == 0;
}

static bool make_elsewhere(const char *base, char out[FOLDER_RUN_MAX])
{
    int len = base == NULL ? 0 : snprintf(out, FOLDER_RUN_MAX, "%s/daypulse-XXXXXX", base);
    return len > 0 && len < FOLDER_RUN_MAX && mkdtemp(out) != NULL;
}

static dp_err find_elsewhere(struct folder *folder, struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    BUF_AUTO struct buf text = buf_new(FOLDER_RUN_MAX);
    DP_TRY(file_join(path, sizeof path, folder->path, RUN_PATH_NAME));
    if (err_is_ok(file_read(path, &text, NULL)) &&
        str_copy(str_trim(buf_str(&text)), folder->run, sizeof folder->run) &&
        is_private_folder(folder->run)) {
        return DP_SUCCESS;
    }
    if (!make_elsewhere("/run", folder->run) &&
        !make_elsewhere(secure_getenv("TMPDIR"), folder->run) &&
        !make_elsewhere("/tmp", folder->run)) {
        return refuse(
            problem, DP_IO, folder->path,
            "has too long a path for sockets, and neither /run nor TMPDIR nor /tmp can be "
            "written");
    }
    return file_write_atomic(path, bytes_of(folder->run, strlen(folder->run)), MARK_MODE,
                             problem);
}

static dp_err find_run(struct folder *folder, struct dp_problem *problem)
{
    if (!err_is_ok(file_join(folder->run, sizeof folder->run, folder->path, "run"))) {
        return find_elsewhere(folder, problem);
    }
    return file_make_dir(folder->run, 0700, problem);
}

/* ---- Making ---- */

static const struct dirent *next_entry(DIR *dir)
{
    return readdir(dir); /* NOLINT(concurrency-mt-unsafe): nobody else has this DIR */
}

/* Fails when something lies in the folder; a fresh file system has its lost+found. */
static dp_err check_empty(const struct folder *folder, struct dp_problem *problem)
{
    DIR *dir = opendir(folder->path);
    if (dir == NULL) {
        return refuse_errno(problem, folder->path, "can't be listed");
    }
    dp_err err = DP_SUCCESS;
    for (const struct dirent *entry = next_entry(dir); entry != NULL && err_is_ok(err);
         entry = next_entry(dir)) {
        bool is_fine = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                       strcmp(entry->d_name, "lost+found") == 0;
        if (!is_fine) {
            err_ignore(problem_set(
                problem, 0, 0, "%.255s holds other files (%.64s): choose a new or empty folder",
                folder->path, entry->d_name));
            err = err_make(DP_CONFLICT);
        }
    }
    closedir(dir);
    return err;
}

static dp_err open_store(const char *path, const struct kind *kind, bool may_create,
                         struct dp_problem *problem, struct store **out)
{
    struct store_options options = {
        .path = path,
        .kind = kind->name,
        .schema_version = kind->schema_version,
        .may_create = may_create,
        .file_mode = FOLDER_SHARED_FILE_MODE,
    };
    return store_open(&options, problem, out);
}

static dp_err make_store(const char *path, const struct kind *kind, struct dp_problem *problem)
{
    struct store *store = NULL;
    DP_TRY(open_store(path, kind, true, problem, &store));
    store_close(store);
    return DP_SUCCESS;
}

/* Under the exclusive lock. What an earlier try left behind is made anew. */
static dp_err fill(struct folder *folder, struct dp_problem *problem)
{
    char demo[FILE_PATH_MAX];
    for (size_t i = 0; i < SUB_FOLDER_COUNT; i++) {
        char *path = sub_path(folder, &SUB_FOLDERS[i]);
        if (!err_is_ok(file_remove_tree(path))) {
            return refuse_errno(problem, path, "can't be made anew");
        }
        DP_TRY(file_make_dir(path, SUB_FOLDERS[i].mode, problem));
    }
    DP_TRY(file_join(demo, sizeof demo, folder->path, DEMO_NAME));
    if (folder->is_demo) {
        DP_TRY(file_write_atomic(demo, bytes_of("demo\n", 5), MARK_MODE, problem));
    } else if (unlink(demo) != 0 && errno != ENOENT) {
        return refuse_errno(problem, demo, "can't be removed");
    }
    DP_TRY(make_store(folder->office, &OFFICE, problem));
    DP_TRY(make_store(folder->results, &RESULTS, problem));
    DP_TRY(find_run(folder, problem));
    return write_mark(folder, MARK_READY, problem);
}

static dp_err create_in(struct folder *folder, struct dp_problem *problem)
{
    enum mark mark = MARK_NONE;
    DP_TRY(place_check(folder->path, problem));
    DP_TRY(read_mark(folder, &mark, problem));
    if (mark == MARK_NONE) {
        DP_TRY(check_empty(folder, problem));
        DP_TRY(write_mark(folder, MARK_MAKING, problem));
    }
    if (mark != MARK_READY) {
        DP_TRY(take_lock(folder, LOCK_EX, true, problem));
        DP_TRY(read_mark(folder, &mark, problem)); /* another process may have been quicker */
    }
    if (mark == MARK_READY) {
        return refuse(problem, DP_EXISTS, folder->path, "is a data folder already");
    }
    DP_TRY(fill(folder, problem));
    if (flock(folder->lock_fd, LOCK_SH | LOCK_NB) != 0) {
        return refuse_errno(problem, folder->path, "can't be locked");
    }
    return DP_SUCCESS;
}

dp_err folder_create(const char *path, bool is_demo, struct dp_problem *problem,
                     struct folder *out)
{
    *out = (struct folder){ .lock_fd = -1, .is_demo = is_demo };
    DP_TRY(check_length(path, path, problem));
    DP_TRY(file_make_dir(path, ROOT_MODE, problem));
    dp_err err = set_paths(path, problem, out);
    if (err_is_ok(err)) {
        err = create_in(out, problem);
    }
    if (!err_is_ok(err)) {
        folder_close(out);
    }
    return err;
}

/* ---- Opening ---- */

static dp_err open_in(struct folder *folder, int flags, struct dp_problem *problem)
{
    enum mark mark = MARK_NONE;
    char demo[FILE_PATH_MAX];
    DP_TRY(place_check(folder->path, problem));
    DP_TRY(read_mark(folder, &mark, problem));
    if (mark == MARK_NONE) {
        return refuse(problem, DP_CONFLICT, folder->path, "is not a data folder of Daypulse");
    }
    DP_TRY(take_lock(folder, flags, false, problem));
    DP_TRY(read_mark(folder, &mark, problem));
    if (mark != MARK_READY) {
        return refuse(problem, DP_CONFLICT, folder->path,
                      "was never finished: make it again with daypulse init");
    }
    DP_TRY(file_join(demo, sizeof demo, folder->path, DEMO_NAME));
    folder->is_demo = file_exists(demo);
    return find_run(folder, problem);
}

dp_err folder_open(const char *path, enum folder_lock lock, struct dp_problem *problem,
                   struct folder *out)
{
    *out = (struct folder){ .lock_fd = -1 };
    if (!file_exists(path)) {
        return refuse(problem, DP_NOT_FOUND, path,
                      "does not exist: make a data folder with daypulse init");
    }
    dp_err err = set_paths(path, problem, out);
    if (err_is_ok(err)) {
        err = open_in(out, lock == FOLDER_LOCK_EXCLUSIVE ? LOCK_EX : LOCK_SH, problem);
    }
    if (!err_is_ok(err)) {
        folder_close(out);
    }
    return err;
}

dp_err folder_open_office(const struct folder *folder, struct dp_problem *problem,
                          struct store **out)
{
    return open_store(folder->office, &OFFICE, false, problem, out);
}

dp_err folder_open_results(const struct folder *folder, struct dp_problem *problem,
                           struct store **out)
{
    return open_store(folder->results, &RESULTS, false, problem, out);
}

dp_err folder_become_owner(const char *path, struct dp_problem *problem)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return refuse_errno(problem, path, "can't be looked at");
    }
    if (geteuid() != 0 || info.st_uid == 0) {
        return DP_SUCCESS;
    }
    if (setgroups(1, &info.st_gid) != 0 || setgid(info.st_gid) != 0 ||
        setuid(info.st_uid) != 0) {
        return refuse_errno(problem, path, "has an owner that this program can't become");
    }
    DP_CHECK(setuid(0) != 0); /* no way back */
    return DP_SUCCESS;
}
