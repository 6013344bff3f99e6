/* SPDX-License-Identifier: MIT */
/*
 * Writes sample pages into a folder, to look at them in a browser: frames, pieces and charts with made-up
 * numbers, in English and German. `gallery DIR`, then serve DIR by any web server; the style sheet is
 * written beside the pages under /assets/.
 */
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>

#include "app/core/file.h"
#include "tests/support/gallery/samples.h"
#include "web/assets/assets.h"

enum { PAGE_MAX = 1 << 20 };

static int failures;

static void write_to(const char *folder, const char *name, struct bytes content)
{
    char path[FILE_PATH_MAX];
    struct dp_problem problem = { 0 };
    if (!err_is_ok(file_join(path, sizeof path, folder, name)) ||
        !err_is_ok(file_write_atomic(path, content, 0644, &problem))) {
        (void)fprintf(stderr, "gallery: %s\n", problem.sentence);
        failures++;
    }
}

static void write_page(const char *folder, const struct sample *sample)
{
    struct buf out BUF_AUTO = buf_new(PAGE_MAX);
    struct arena arena ARENA_AUTO = arena_new(PAGE_MAX);
    dp_err err = sample->write(&out, &arena);
    if (!err_is_ok(err)) {
        (void)fprintf(stderr, "gallery: %s: %s\n", sample->name, err_name(err.code));
        failures++;
        return;
    }
    char name[64];
    (void)snprintf(name, sizeof name, "%s.html", sample->name);
    write_to(folder, name, buf_bytes(&out));
    (void)printf("%-12s %6zu bytes\n", sample->name, out.len);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "use: gallery DIR\n");
        return 2;
    }
    char assets[FILE_PATH_MAX];
    if (!err_is_ok(file_join(assets, sizeof assets, argv[1], "assets")) ||
        !err_is_ok(file_make_dir(argv[1], 0755, NULL)) ||
        !err_is_ok(file_make_dir(assets, 0755, NULL))) {
        (void)fprintf(stderr, "gallery: can't make %s\n", argv[1]);
        return 1;
    }
    for (size_t i = 0; i < ASSET_COUNT; i++) {
        const struct asset *asset = assets_get((enum asset_id)i);
        char name[128];
        (void)snprintf(name, sizeof name, "%.*s", STR_ARG(asset->name));
        write_to(assets, name, asset->content);
    }
    size_t count = 0;
    const struct sample *samples = samples_all(&count);
    for (size_t i = 0; i < count; i++) {
        write_page(argv[1], &samples[i]);
    }
    return failures == 0 ? 0 : 1;
}
