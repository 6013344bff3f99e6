/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The settings with which a process runs, from four sources: flags win over DAYPULSE_* variables,
 * these over the file, and the file over the defaults. Every value remembers its source, so that
 * `config show --origin` can say "8443 from /etc/daypulse/daypulse.conf:3".
 *
 * What is not known or not good stops the start: a typing error must not leave a default in force
 * unseen. The sentence names the place (file and line, variable or flag), what is allowed, and the
 * nearest name that is known.
 */

#include "app/config/options.h"
#include "app/core/buf.h"
#include "app/core/json.h"

#define CONFIG_DEFAULT_FILE "/etc/daypulse/daypulse.conf"

enum { CONFIG_PLACE_MAX = 320, CONFIG_FILE_BYTES_MAX = 65536 };

enum config_origin {
    CONFIG_FROM_DEFAULT,
    CONFIG_FROM_FILE,
    CONFIG_FROM_ENVIRONMENT,
    CONFIG_FROM_FLAG,
};

struct config_value {
    char text[OPTIONS_VALUE_MAX]; /* in its one written form; "" when not set */
    int64_t number;               /* of OPTION_INT; 1 or 0 of OPTION_BOOL */
    enum config_origin origin;
    char place[CONFIG_PLACE_MAX]; /* "default", "FILE:LINE", "DAYPULSE_PORT", "--port" */
};

struct config {
    struct config_value values[CONFIG_COUNT];
};

/** Where to look. A zeroed struct means: nothing but the defaults. */
struct config_sources {
    /* "--port", "8443" or "--port=8443"; each one must be a setting. config_take_flags() gets them
     * out of a command line that holds other things too. */
    char *const *flags;
    size_t flags_count;
    char *const *environment; /* as environ, or NULL */
    const char *file;         /* NULL for none */
    bool may_file_be_missing; /* as the default file may */
    const char *host_name;    /* for public_name; NULL asks the system */
};

/** Puts everything together. `out` is usable only after success; about 15 KB.
 * Fails: DP_INVALID (the problem has the file and line, or the sentence names the variable or
 * flag), DP_USAGE (a flag that is not known or has no value), and file_read()'s codes. */
dp_err config_load(const struct config_sources *sources, struct config *out,
                   struct dp_problem *problem);

/** One value on its way into a config. */
struct config_setting {
    enum config_id id;
    struct str value;
    enum config_origin origin;
    const char *place;
};

/** Checks a value and puts it in. A relative path is taken from the working folder in a flag, and
 * refused elsewhere. Fails: DP_INVALID; the sentence says what the value may be. */
dp_err config_set(struct config *config, const struct config_setting *setting,
                  struct dp_problem *problem);

/** Moves the flags that are settings, with their values, from `args` to `flags`, in their order,
 * and closes the gaps; everything behind "--" stays. Takes: flags has room for *args_count.
 * Fails: DP_USAGE (a setting without a value). */
dp_err config_take_flags(char **args, size_t *args_count, char **flags, size_t *flags_count,
                         struct dp_problem *problem);

const char *config_text(const struct config *config, enum config_id id);

/** The number of an OPTION_INT, 1 or 0 of an OPTION_BOOL. */
int64_t config_int(const struct config *config, enum config_id id);

/** The next item of a list (addresses, hosts). Takes: *rest starts as the empty view with a NULL
 * pointer. Gives false behind the last. */
bool config_list_next(const struct config *config, enum config_id id, struct str *rest,
                      struct str *item);

/** base_url, or https://HOST[:PORT] from the first public name and the port that is really listened
 * on (443 is left out). */
void config_links_start(const struct config *config, int64_t port, struct buf *out);
