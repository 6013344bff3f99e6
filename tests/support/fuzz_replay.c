/* SPDX-License-Identifier: MIT */
/*
 * A main for fuzz targets where there is no fuzzer: it runs the target once with an empty input and once
 * with every file named or found in a folder named. So gcc and ctest replay each committed corpus, and
 * an input that once crashed stays a test. Options in libFuzzer's form (-runs=0) are skipped.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t inputs_count;

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        (void)fprintf(stderr, "can't read %s: %s\n", path, strerror(errno));
        return 1;
    }
    struct stat status;
    if (fstat(fileno(file), &status) != 0) {
        (void)fclose(file);
        return 1;
    }
    size_t size = (size_t)status.st_size;
    /* Exactly as large as the input, so that the sanitizer sees one byte too many. */
    uint8_t *bytes = malloc(size > 0 ? size : 1);
    int failed = bytes == NULL || fread(bytes, 1, size, file) != size;
    (void)fclose(file);
    if (!failed) {
        (void)fprintf(stderr, "replay %s\n", path);
        (void)LLVMFuzzerTestOneInput(bytes, size);
        inputs_count++;
    }
    free(bytes);
    return failed;
}

static int replay_folder(const char *path)
{
    struct dirent **names = NULL;
    int count = scandir(path, &names, NULL, alphasort);
    if (count < 0) {
        (void)fprintf(stderr, "can't list %s: %s\n", path, strerror(errno));
        return 1;
    }
    int failed = 0;
    for (int i = 0; i < count; i++) {
        char whole[4096];
        int length = snprintf(whole, sizeof(whole), "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.') {
            failed |= length >= (int)sizeof(whole) || replay_file(whole);
        }
        free(names[i]);
    }
    free(names);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        struct stat status;
        if (argv[i][0] == '-') {
            continue;
        }
        if (stat(argv[i], &status) != 0) {
            (void)fprintf(stderr, "%s is missing: %s\n", argv[i], strerror(errno));
            return 1;
        }
        failed |= S_ISDIR(status.st_mode) ? replay_folder(argv[i]) : replay_file(argv[i]);
    }
    if (argc > 1 && inputs_count == 0) {
        (void)fprintf(stderr, "the corpus is empty\n");
        return 1;
    }
    (void)fprintf(stderr, "%zu inputs replayed\n", inputs_count);
    return failed;
}
