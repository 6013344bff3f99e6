/* SPDX-License-Identifier: MIT */
/*
 * Target: the file of settings. What loads prints as a file that loads to the same values; what does
 * not has a line of the text; and whatever was read, the next file reads as if it were the first.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/config/config_file.h"
#include "app/config/config_print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct config config;
    static struct config again;
    static const struct config_sources nothing = { .host_name = "box" };
    struct str text = { (const char *)data, size };
    struct dp_problem problem = { 0 };
    want(err_is_ok(config_load(&nothing, &config, NULL)));
    again = config;
    if (err_is_ok(config_file_read(text, "fuzz.conf", &config, &problem))) {
        struct buf shown BUF_AUTO = buf_new(1 << 20);
        config_print_values(&config, true, &shown);
        want(err_is_ok(buf_finish(&shown)));
        want(err_is_ok(config_file_read(buf_str(&shown), "shown.conf", &again, &problem)));
        for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
            want(strcmp(config_text(&config, id), config_text(&again, id)) == 0);
        }
    } else {
        size_t lines = 1;
        for (size_t i = 0; i < size; i++) {
            lines += data[i] == '\n';
        }
        want(problem.line >= 1 && problem.line <= lines && problem.sentence[0] != '\0');
        want(str_is_utf8(str_of(problem.sentence)));
    }
    want(err_is_ok(config_file_read(STR("# c\nport = 77\n"), "good.conf", &config, &problem)));
    want(config_int(&config, CONFIG_PORT) == 77);
    return 0;
}
