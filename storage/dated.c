/* SPDX-License-Identifier: MIT */
#include "storage/dated.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

dp_err dated_path(char out[FILE_PATH_MAX], const char *folder, const char *prefix,
                  struct date date)
{
    char text[DATE_TEXT_MAX];
    date_text(date, text);
    int length = snprintf(out, FILE_PATH_MAX, "%s/%s%s", folder, prefix, text);
    return err_make(length < 0 || length >= FILE_PATH_MAX ? DP_TOO_LONG : DP_OK);
}

dp_err dated_remove(const char *folder, const char *gone, struct date date)
{
    char path[FILE_PATH_MAX];
    char leaving[FILE_PATH_MAX];
    DP_TRY(dated_path(path, folder, "", date));
    DP_TRY(dated_path(leaving, folder, gone, date));
    DP_TRY(file_remove_tree(leaving));
    if (rename(path, leaving) != 0) {
        return err_make(errno == ENOENT ? DP_OK : DP_IO);
    }
    DP_TRY(file_sync_dir(folder));
    return file_remove_tree(leaving);
}

static int compare(const void *a, const void *b)
{
    const struct date *left = a;
    const struct date *right = b;
    return (left->days > right->days) - (left->days < right->days);
}

static const struct dirent *next_entry(DIR *dir)
{
    return readdir(dir); /* NOLINT(concurrency-mt-unsafe): nobody else has this DIR */
}

dp_err dated_list(const char *folder, struct date *out, size_t max, size_t *count)
{
    *count = 0;
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return err_make(DP_IO);
    }
    bool is_full = false;
    for (const struct dirent *entry = next_entry(dir); entry != NULL; entry = next_entry(dir)) {
        struct date date;
        if (!err_is_ok(date_parse(str_of(entry->d_name), &date))) {
            continue;
        }
        is_full = *count == max;
        if (is_full) {
            break;
        }
        out[*count] = date;
        (*count)++;
    }
    closedir(dir);
    qsort(out, *count, sizeof *out, compare);
    return err_make(is_full ? DP_FULL : DP_OK);
}

static dp_err sweep_one(const char *folder, const char *prefix, bool *is_found)
{
    char path[FILE_PATH_MAX] = "";
    *is_found = false;
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return err_make(DP_IO);
    }
    dp_err err = DP_SUCCESS;
    for (const struct dirent *entry = next_entry(dir); entry != NULL; entry = next_entry(dir)) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0) {
            *is_found = true;
            err = file_join(path, sizeof path, folder, entry->d_name);
            break;
        }
    }
    closedir(dir);
    DP_TRY(err);
    return *is_found ? file_remove_tree(path) : DP_SUCCESS;
}

dp_err dated_sweep(const char *folder, const char *prefix)
{
    bool is_found = true;
    while (is_found) {
        DP_TRY(sweep_one(folder, prefix, &is_found));
    }
    return DP_SUCCESS;
}
