/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The settings. A new one is a line in the enum below and a row in options.c; the file, the
 * variable, the flag, the help and the manual's table follow from the row. `name` is the key in the
 * file, DAYPULSE_<NAME> the variable, and --name (with '-' for '_') the flag. A secret is never a
 * setting: only the path of its file is, with a name that ends in _file (a test holds this).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/core/err.h"
#include "app/core/str.h"

enum config_id {
    CONFIG_DIR,
    CONFIG_LISTEN,
    CONFIG_PORT,
    CONFIG_PUBLIC_NAME,
    CONFIG_BASE_URL,
    CONFIG_CERT_FILE,
    CONFIG_KEY_FILE,
    CONFIG_FRONT_THREADS,
    CONFIG_WORKERS,
    CONFIG_LOG_LEVEL,
    CONFIG_COUNT
};

enum option_type {
    OPTION_TEXT,
    OPTION_INT,
    OPTION_BOOL,      /* yes/no, true/false, on/off, 1/0; kept as "yes" and "no" */
    OPTION_PATH,      /* kept absolute */
    OPTION_ADDRESSES, /* IP addresses, with commas between them */
    OPTION_HOSTS,     /* host names or IP addresses, with commas between them */
    OPTION_URL,       /* https://host[:port], nothing behind it */
    OPTION_LOG_LEVEL,
};

struct config_option {
    const char *name;
    enum option_type type;
    int64_t min; /* of a number, or of a text's length in bytes */
    int64_t max;
    const char *fallback; /* "" means not set; the help says what happens then */
    const char *unit;     /* "" for none */
    const char *help;
};

enum { OPTIONS_VALUE_MAX = 1024 }; /* bytes of a value, with the closing NUL */

const struct config_option *options_get(enum config_id id);

/** The option of a name in which '-' counts as '_'; CONFIG_COUNT when there is none. */
enum config_id options_find(struct str name);

/** The nearest option's name for a name that is none, or NULL. */
const char *options_nearest(struct str name);

/** What a value may be, as words for help and for errors ("a number from 0 to 65535"). Always
 * terminated. */
void options_describe(const struct config_option *option, char *out, size_t out_size);

/** Checks a value and puts it into its one written form (lists without spaces, yes/no, paths
 * absolute). Takes: `base` is the folder that a relative path starts from, NULL when it must not be
 * relative. Fails: DP_INVALID. */
dp_err options_normalise(const struct config_option *option, struct str value, const char *base,
                         char out[OPTIONS_VALUE_MAX]);
