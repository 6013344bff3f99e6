/* SPDX-License-Identifier: MIT */
#include "app/service/export/export.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/core/code.h"
#include "app/core/mem.h"
#include "app/core/random.h"
#include "app/service/export/manifest.h"
#include "storage/sequence_record.h"

enum { FOLDER_MODE = 0750, FILE_MODE = 0640, MANIFEST_MAX = 1 << 20, NAME_TEXT = 40 };

#define SNAPSHOT_PREFIX "export-"
#define LINK_NAME       "current"

/* One run on its way. */
struct running {
    const struct appliance *appliance;
    char out[FILE_PATH_MAX];       /* the folder of all snapshots */
    char temporary[FILE_PATH_MAX]; /* where this one is written */
    char name[NAME_TEXT];          /* "export-20260309T020000Z" */
    struct manifest_entry entries[EXPORT_FILES];
    size_t count;
    struct export_done *done;
};

/* ---- Files --------------------------------------------------------------------------------------- */

static dp_err write_csv(const struct running *run, const struct files_source *source,
                        const struct files_file *file, struct manifest_entry *entry,
                        struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    MEM_AUTO struct sink_file *sink = mem_new(1, sizeof *sink);
    if (sink == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(file_join(path, sizeof path, run->temporary, file->name));
    DP_TRY(sink_file_open(sink, path, FILE_MODE, problem));
    const char *names[FILES_COLUMNS_MAX];
    size_t columns = 0;
    while (columns < FILES_COLUMNS_MAX && file->columns[columns].name != NULL) {
        names[columns] = file->columns[columns].name;
        columns++;
    }
    struct csv_writer csv = csv_writer_new(&sink->sink);
    csv_writer_header(&csv, names, columns);
    entry->file = file;
    dp_err written = file->write(source, &sink->sink, &entry->rows);
    if (!err_is_ok(written)) {
        sink_file_abandon(sink);
        return written;
    }
    return sink_file_close(sink, &entry->written, problem);
}

static dp_err write_csvs(struct running *run, struct dp_problem *problem)
{
    size_t count = 0;
    const struct files_file *files = files_all(&count);
    DP_CHECK(count == EXPORT_FILES);
    RELEASED_AUTO struct released *cells = NULL;
    STORE_READ_AUTO struct store_txn *office = NULL;
    DP_TRY(released_open(run->appliance->office, run->appliance->results, &cells));
    DP_TRY(store_read(run->appliance->office, &office));
    struct files_source source = { run->appliance, cells, office };
    for (size_t i = 0; i < count; i++) {
        DP_TRY(write_csv(run, &source, &files[i], &run->entries[i], problem));
        run->done->rows += run->entries[i].rows;
        run->done->bytes += run->entries[i].written.bytes_count;
        run->count++;
    }
    return DP_SUCCESS;
}

static dp_err write_text(const struct running *run, const char *name, const struct buf *content,
                         struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    DP_TRY(buf_finish(content));
    DP_TRY(file_join(path, sizeof path, run->temporary, name));
    run->done->bytes += content->len;
    return file_write_atomic(path, buf_bytes(content), FILE_MODE, problem);
}

/* The manifest last but one, the sums last. */
static dp_err write_manifest(struct running *run, struct dp_problem *problem)
{
    BUF_AUTO struct buf package = buf_new(MANIFEST_MAX);
    BUF_AUTO struct buf sums = buf_new(MANIFEST_MAX);
    DP_TRY(manifest_package(run->appliance, run->entries, run->count, &package));
    for (size_t i = 0; i < run->count; i++) {
        manifest_sum(&sums, &run->entries[i].written.sha256, run->entries[i].file->name);
    }
    struct bytes part = buf_bytes(&package);
    struct secret_hash hash = secret_sha256(&part, 1);
    manifest_sum(&sums, &hash, "datapackage.json");
    DP_TRY(write_text(run, "datapackage.json", &package, problem));
    part = buf_bytes(&sums);
    run->done->hash = secret_sha256(&part, 1);
    return write_text(run, "SHA256SUMS", &sums, problem);
}

/* ---- Folders ------------------------------------------------------------------------------------- */

static dp_err fail_path(const char *tried, const char *path, struct dp_problem *problem)
{
    enum dp_code code = file_code_of_errno(errno);
    err_ignore(problem_set(problem, 0, 0, "could not %s %s: %s", tried, path,
                           strerrordesc_np(errno)));
    return err_make(code);
}

static dp_err start_folder(struct running *run, const struct export_wanted *wanted,
                           struct dp_problem *problem)
{
    const char *out = wanted->out_dir[0] != '\0' ? wanted->out_dir : run->appliance->folder.exports;
    char day[DATE_TEXT_MAX];
    char hidden[NAME_TEXT + 8];
    int64_t now_s = clock_wall_s(&run->appliance->clock);
    int32_t second = (int32_t)(now_s % ZONE_DAY_SECONDS);
    DP_TRY(file_make_dir(out, FOLDER_MODE, problem));
    if (!str_copy(str_of(out), run->out, sizeof run->out)) {
        return err_make(DP_TOO_LONG);
    }
    date_text(date_make((int32_t)(now_s / ZONE_DAY_SECONDS)), day);
    uint8_t mark[2];
    char mark_text[CODE_HEX_LEN(sizeof mark) + 1];
    random_secret(mark, sizeof mark);
    code_hex(bytes_of(mark, sizeof mark), mark_text, sizeof mark_text);
    snprintf(run->name, sizeof run->name, SNAPSHOT_PREFIX "%sT%02d%02d%02dZ-%s", day,
             second / 3600 % 24, second / 60 % 60, second % 60, mark_text);
    snprintf(hidden, sizeof hidden, ".%s.tmp", run->name);
    DP_TRY(file_join(run->temporary, sizeof run->temporary, run->out, hidden));
    return file_make_dir(run->temporary, FOLDER_MODE, problem);
}

/* A link can't be replaced in place: a new one is made beside it and renamed over it. */
static dp_err switch_link(const struct running *run, struct dp_problem *problem)
{
    char fresh[FILE_PATH_MAX];
    char link_path[FILE_PATH_MAX];
    DP_TRY(file_join(fresh, sizeof fresh, run->out, "." LINK_NAME ".tmp"));
    DP_TRY(file_join(link_path, sizeof link_path, run->out, LINK_NAME));
    unlink(fresh);
    if (symlink(run->name, fresh) != 0 || rename(fresh, link_path) != 0) {
        dp_err failed = fail_path("switch", link_path, problem);
        unlink(fresh); /* and the snapshot: nobody would ever find or remove it */
        err_ignore(file_remove_tree(run->done->folder));
        return failed;
    }
    return file_sync_dir(run->out);
}

static dp_err publish(struct running *run, struct dp_problem *problem)
{
    DP_TRY(file_sync_dir(run->temporary));
    DP_TRY(file_join(run->done->folder, sizeof run->done->folder, run->out, run->name));
    if (rename(run->temporary, run->done->folder) != 0) {
        return fail_path("rename", run->temporary, problem);
    }
    DP_TRY(file_sync_dir(run->out));
    return switch_link(run, problem);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Names begin with their time, so sorted means oldest first. The new one stays even if the clock was
 * set back and its name is not the newest. */
static dp_err remove_old(const struct running *run, size_t keep)
{
    enum { NAMES_MAX = 4096 };
    MEM_AUTO char(*names)[NAME_TEXT] = mem_new(NAMES_MAX, NAME_TEXT);
    DIR *folder = opendir(run->out);
    size_t count = 0;
    if (names == NULL || folder == NULL) {
        if (folder != NULL) {
            closedir(folder);
        }
        return err_make(folder == NULL ? DP_IO : DP_NO_MEMORY);
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        struct str name = str_of(entry->d_name);
        bool is_old = str_starts_with(name, STR(SNAPSHOT_PREFIX)) &&
                      !str_equal(name, str_of(run->name));
        if (count < NAMES_MAX && is_old && str_copy(name, names[count], NAME_TEXT)) {
            count++;
        }
    }
    closedir(folder);
    qsort(names, count, NAME_TEXT, by_name);
    for (size_t i = 0; i + keep < count + 1; i++) {
        char path[FILE_PATH_MAX];
        DP_TRY(file_join(path, sizeof path, run->out, names[i]));
        DP_TRY(file_remove_tree(path));
    }
    return DP_SUCCESS;
}

/* ---- History ------------------------------------------------------------------------------------- */

static dp_err note_job(struct store_txn *txn, void *context)
{
    struct run *run = context;
    DP_TRY(sequence_record_next(txn, SEQUENCE_RUN, &run->id.value));
    return run_record_put(txn, run);
}

static dp_err note_run(const struct running *running, const struct export_wanted *wanted,
                       int64_t started_s, dp_err result, const struct dp_problem *problem)
{
    struct run run = { .due_s = wanted->due_s == 0 ? started_s : wanted->due_s,
                       .started_s = started_s,
                       .ended_s = clock_wall_s(&running->appliance->clock) };
    snprintf(run.schedule, sizeof run.schedule, "%s", wanted->schedule);
    if (err_is_ok(result)) {
        run.rows = running->done->rows;
        run.bytes = running->done->bytes;
        run.hash = running->done->hash;
    } else {
        bool has_sentence = problem->sentence[0] != '\0';
        snprintf(run.error, sizeof run.error, "%s",
                 has_sentence ? problem->sentence : err_sentence(result.code));
    }
    return store_write(running->appliance->office, note_job, &run);
}

static dp_err write_snapshot(struct running *run, const struct export_wanted *wanted,
                             struct dp_problem *problem)
{
    DP_TRY(start_folder(run, wanted, problem));
    DP_TRY(write_csvs(run, problem));
    DP_TRY(write_manifest(run, problem));
    DP_TRY(publish(run, problem));
    return remove_old(run, wanted->keep == 0 ? EXPORT_KEEP : wanted->keep);
}

dp_err export_run(const struct appliance *appliance, const struct export_wanted *wanted,
                  struct export_done *done, struct dp_problem *problem)
{
    struct dp_problem own = { 0 };
    struct dp_problem *said = problem == NULL ? &own : problem;
    MEM_AUTO struct running *run = mem_new(1, sizeof *run);
    *done = (struct export_done){ 0 };
    if (run == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    run->appliance = appliance;
    run->done = done;
    int64_t started_s = clock_wall_s(&appliance->clock);
    int64_t began_ms = clock_monotonic_ms(&appliance->clock);
    dp_err result = write_snapshot(run, wanted, said);
    if (!err_is_ok(result) && run->temporary[0] != '\0') {
        err_ignore(file_remove_tree(run->temporary)); /* the first failure is the one to tell */
    }
    done->elapsed_ms = (double)(clock_monotonic_ms(&appliance->clock) - began_ms);
    dp_err noted = note_run(run, wanted, started_s, result, said);
    return err_is_ok(result) ? noted : result;
}
