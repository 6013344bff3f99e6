/* SPDX-License-Identifier: MIT */
#include "app/config/config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/config/config_file.h"
#include "app/core/file.h"
#include "app/core/num.h"

enum { HOST_NAME_BYTES = 256, NAME_SHOWN_BYTES = 64, VALUE_SHOWN_BYTES = 80 };

static const char env_prefix[] = "DAYPULSE_";

/* ---- Values ------------------------------------------------------------------------------------- */

static int64_t number_of(const struct config_option *option, struct str text)
{
    int64_t number = 0;
    if (option->type == OPTION_BOOL) {
        return str_equal(text, STR("yes"));
    }
    if (option->type == OPTION_INT) {
        DP_CHECK(err_is_ok(num_int(text, option->min, option->max, &number)));
    }
    return number;
}

static dp_err bad_value(const struct config_setting *setting, struct dp_problem *problem)
{
    bool has_own_line = setting->origin ==
                        CONFIG_FROM_FILE; /* then the problem has the place */
    const char *name = has_own_line ? options_get(setting->id)->name : setting->place;
    char wanted[160];
    options_describe(options_get(setting->id), wanted, sizeof wanted);
    struct str shown = str_clip(str_trim(setting->value), VALUE_SHOWN_BYTES);
    return problem_set(problem, 0, 0, "%s can't be \"%.*s\"; it must be %s", name,
                       STR_ARG(shown), wanted);
}

dp_err config_set(struct config *config, const struct config_setting *setting,
                  struct dp_problem *problem)
{
    char folder[FILE_PATH_MAX];
    char text[OPTIONS_VALUE_MAX];
    bool may_be_relative = setting->origin == CONFIG_FROM_FLAG &&
                           getcwd(folder, sizeof folder) != NULL;
    struct config_value *value = &config->values[setting->id];
    const struct config_option *option = options_get(setting->id);
    const char *base = may_be_relative ? folder : NULL;
    if (!err_is_ok(options_normalise(option, setting->value, base, text))) {
        return bad_value(setting, problem);
    }
    memcpy(value->text, text, sizeof text);
    value->number = number_of(option, str_of(text));
    value->origin = setting->origin;
    (void)snprintf(value->place, sizeof value->place, "%s", setting->place);
    return DP_SUCCESS;
}

static void set_defaults(struct config *config)
{
    memset(config, 0, sizeof *config);
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        struct config_setting setting = { id, str_of(options_get(id)->fallback),
                                          CONFIG_FROM_DEFAULT, "default" };
        DP_CHECK(err_is_ok(config_set(config, &setting, NULL)));
    }
}

/* The machine's name, then localhost; a name that can't stand in a certificate is left out. */
static void set_default_names(struct config *config, const char *host_name)
{
    char host[HOST_NAME_BYTES] = "";
    struct config_value *names = &config->values[CONFIG_PUBLIC_NAME];
    if (names->text[0] != '\0') {
        return;
    }
    if (host_name != NULL) {
        (void)snprintf(host, sizeof host, "%s", host_name);
    } else if (gethostname(host, sizeof host - 1) != 0) {
        host[0] = '\0';
    }
    bool is_second = host[0] != '\0' && !str_equal_nocase(str_of(host), STR("localhost"));
    char both[HOST_NAME_BYTES + 16];
    char place[CONFIG_PLACE_MAX];
    (void)snprintf(both, sizeof both, "%s%slocalhost", is_second ? host : "",
                   is_second ? "," : "");
    memcpy(place, names->place, sizeof place);
    struct config_setting setting = { CONFIG_PUBLIC_NAME, str_of(both), names->origin, place };
    if (!err_is_ok(config_set(config, &setting, NULL))) {
        setting.value = STR("localhost");
        DP_CHECK(err_is_ok(config_set(config, &setting, NULL)));
    }
}

/* ---- The file ----------------------------------------------------------------------------------- */

static dp_err load_file(const struct config_sources *sources, struct config *config,
                        struct dp_problem *problem)
{
    if (sources->file == NULL) {
        return DP_SUCCESS;
    }
    struct buf text BUF_AUTO = buf_new(CONFIG_FILE_BYTES_MAX);
    dp_err err = file_read(sources->file, &text, problem);
    if (err_is(err, DP_NOT_FOUND) && sources->may_file_be_missing) {
        return DP_SUCCESS;
    }
    DP_TRY(err);
    return config_file_read(buf_str(&text), sources->file, config, problem);
}

/* ---- The environment ---------------------------------------------------------------------------- */

static char other_case(char c, char first, char last, int shift)
{
    if (c < first || c > last) {
        return c;
    }
    return (char)(c + shift);
}

/* Variables with our prefix that are not settings: the file's path, and two that ./dev takes. */
static bool is_other_variable(struct str name)
{
    return str_equal(name, STR("CONFIG")) || str_equal(name, STR("CACHE")) ||
           str_equal(name, STR("JOBS"));
}

static bool looks_secret(struct str lower_name)
{
    static const char *const words[] = { "password", "secret", "token" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (memmem(lower_name.ptr, lower_name.len, words[i], strlen(words[i])) != NULL) {
            return true;
        }
    }
    return false;
}

static dp_err unknown_variable(struct str name, struct str lower_name,
                               struct dp_problem *problem)
{
    char wanted[NAME_SHOWN_BYTES] = "";
    if (looks_secret(lower_name)) {
        return problem_set(
            problem, 0, 0,
            "%s%.*s is not a setting; secrets are never taken from the environment", env_prefix,
            STR_ARG(name));
    }
    const char *nearest = options_nearest(lower_name);
    if (nearest == NULL) {
        return problem_set(problem, 0, 0, "%s%.*s is not a setting", env_prefix, STR_ARG(name));
    }
    for (size_t i = 0; nearest[i] != '\0' && i + 1 < sizeof wanted; i++) {
        wanted[i] = other_case(nearest[i], 'a', 'z', 'A' - 'a');
    }
    return problem_set(problem, 0, 0, "%s%.*s is not a setting; did you mean %s%s?", env_prefix,
                       STR_ARG(name), env_prefix, wanted);
}

/* Takes: the entry behind the prefix. */
static dp_err load_variable(struct str entry, struct config *config, struct dp_problem *problem)
{
    char lower[NAME_SHOWN_BYTES];
    char place[CONFIG_PLACE_MAX];
    size_t equals = str_find_char(entry, '=');
    struct str name = str_slice(entry, 0, equals < sizeof lower ? equals : sizeof lower);
    for (size_t i = 0; i < name.len; i++) {
        lower[i] = other_case(name.ptr[i], 'A', 'Z', 'a' - 'A');
    }
    struct str lower_name = { lower, name.len };
    enum config_id id = options_find(lower_name);
    if (is_other_variable(name)) {
        return DP_SUCCESS;
    }
    if (id == CONFIG_COUNT) {
        return unknown_variable(name, lower_name, problem);
    }
    (void)snprintf(place, sizeof place, "%s%.*s", env_prefix, STR_ARG(name));
    struct config_setting setting = { id, str_slice(entry, equals + 1, entry.len),
                                      CONFIG_FROM_ENVIRONMENT, place };
    return config_set(config, &setting, problem);
}

static dp_err load_environment(char *const *environment, struct config *config,
                               struct dp_problem *problem)
{
    struct str prefix = str_of(env_prefix);
    for (size_t i = 0; environment != NULL && environment[i] != NULL; i++) {
        struct str entry = str_of(environment[i]);
        if (!str_starts_with(entry, prefix)) {
            continue;
        }
        DP_TRY(load_variable(str_slice(entry, prefix.len, entry.len), config, problem));
    }
    return DP_SUCCESS;
}

/* ---- Flags -------------------------------------------------------------------------------------- */

/* "--name=value" or "--name"; false for anything else. */
struct flag {
    struct str name;
    struct str value;
    bool has_value;
};

static bool split_flag(const char *arg, struct flag *out)
{
    struct str text = str_of(arg);
    if (!str_starts_with(text, STR("--")) || text.len == 2) {
        return false;
    }
    text = str_slice(text, 2, text.len);
    size_t equals = str_find_char(text, '=');
    out->name = str_slice(text, 0, equals);
    out->value = str_slice(text, equals + 1, text.len);
    out->has_value = equals < text.len;
    return true;
}

static dp_err no_value(struct str name, struct dp_problem *problem)
{
    err_ignore(problem_set(problem, 0, 0, "--%.*s needs a value", STR_ARG(name)));
    return err_make(DP_USAGE);
}

static dp_err unknown_flag(struct str name, struct dp_problem *problem)
{
    struct str shown = str_clip(name, NAME_SHOWN_BYTES);
    const char *nearest = options_nearest(name);
    if (nearest == NULL) {
        err_ignore(problem_set(problem, 0, 0, "There is no flag --%.*s", STR_ARG(shown)));
        return err_make(DP_USAGE);
    }
    char dashed[NAME_SHOWN_BYTES] = "";
    for (size_t i = 0; nearest[i] != '\0' && i + 1 < sizeof dashed; i++) {
        dashed[i] = other_case(nearest[i], '_', '_', '-' - '_');
    }
    err_ignore(problem_set(problem, 0, 0, "There is no flag --%.*s; did you mean --%s?",
                           STR_ARG(shown), dashed));
    return err_make(DP_USAGE);
}

static dp_err load_flag(const struct flag *flag, struct config *config,
                        struct dp_problem *problem)
{
    char place[CONFIG_PLACE_MAX];
    enum config_id id = options_find(flag->name);
    if (id == CONFIG_COUNT) {
        return unknown_flag(flag->name, problem);
    }
    (void)snprintf(place, sizeof place, "--%.*s", STR_ARG(flag->name));
    struct config_setting setting = { id, flag->value, CONFIG_FROM_FLAG, place };
    return config_set(config, &setting, problem);
}

static dp_err load_flags(const struct config_sources *sources, struct config *config,
                         struct dp_problem *problem)
{
    for (size_t i = 0; i < sources->flags_count; i++) {
        struct flag flag;
        if (!split_flag(sources->flags[i], &flag)) {
            struct str shown = str_clip(str_of(sources->flags[i]), NAME_SHOWN_BYTES);
            err_ignore(problem_set(problem, 0, 0, "\"%.*s\" is not a flag", STR_ARG(shown)));
            return err_make(DP_USAGE);
        }
        if (!flag.has_value && options_find(flag.name) != CONFIG_COUNT) {
            i++;
            if (i >= sources->flags_count) {
                return no_value(flag.name, problem);
            }
            flag.value = str_of(sources->flags[i]);
        }
        DP_TRY(load_flag(&flag, config, problem));
    }
    return DP_SUCCESS;
}

dp_err config_take_flags(char **args, size_t *args_count, char **flags, size_t *flags_count,
                         struct dp_problem *problem)
{
    size_t kept = 0;
    size_t i = 0;
    *flags_count = 0;
    for (; i < *args_count && strcmp(args[i], "--") != 0; i++) {
        struct flag flag;
        if (!split_flag(args[i], &flag) || options_find(flag.name) == CONFIG_COUNT) {
            args[kept++] = args[i];
            continue;
        }
        flags[(*flags_count)++] = args[i];
        if (flag.has_value) {
            continue;
        }
        if (i + 1 >= *args_count) {
            return no_value(flag.name, problem);
        }
        i++;
        flags[(*flags_count)++] = args[i];
    }
    for (; i < *args_count; i++) {
        args[kept++] = args[i];
    }
    *args_count = kept;
    return DP_SUCCESS;
}

/* ---- All together ------------------------------------------------------------------------------- */

static dp_err check_together(const struct config *config, struct dp_problem *problem)
{
    bool has_cert = config->values[CONFIG_CERT_FILE].text[0] != '\0';
    bool has_key = config->values[CONFIG_KEY_FILE].text[0] != '\0';
    if (has_cert == has_key) {
        return DP_SUCCESS;
    }
    enum config_id given = has_cert ? CONFIG_CERT_FILE : CONFIG_KEY_FILE;
    return problem_set(problem, 0, 0, "%s is set (%s) but %s is not; set both or neither",
                       options_get(given)->name, config->values[given].place,
                       has_cert ? "key_file" : "cert_file");
}

dp_err config_load(const struct config_sources *sources, struct config *out,
                   struct dp_problem *problem)
{
    if (problem != NULL) {
        memset(problem, 0, sizeof *problem);
    }
    set_defaults(out);
    DP_TRY(load_file(sources, out, problem));
    if (problem != NULL) {
        problem->file[0] = '\0'; /* what follows is not of the file */
    }
    DP_TRY(load_environment(sources->environment, out, problem));
    DP_TRY(load_flags(sources, out, problem));
    DP_TRY(check_together(out, problem));
    set_default_names(out, sources->host_name);
    return DP_SUCCESS;
}

/* ---- Asking ------------------------------------------------------------------------------------- */

const char *config_text(const struct config *config, enum config_id id)
{
    DP_CHECK(id < CONFIG_COUNT);
    return config->values[id].text;
}

int64_t config_int(const struct config *config, enum config_id id)
{
    enum option_type type = options_get(id)->type;
    DP_CHECK(type == OPTION_INT || type == OPTION_BOOL);
    return config->values[id].number;
}

bool config_list_next(const struct config *config, enum config_id id, struct str *rest,
                      struct str *item)
{
    const char *text = config_text(config, id);
    const char *end = text + strlen(text);
    if (rest->ptr == NULL) {
        *rest = str_of(text);
    }
    if (rest->ptr == end) {
        return false;
    }
    size_t len = str_find_char(*rest, ',');
    *item = str_slice(*rest, 0, len);
    const char *next = rest->ptr + len + (len < rest->len ? 1 : 0);
    *rest = (struct str){ next, (size_t)(end - next) };
    return true;
}

void config_links_start(const struct config *config, int64_t port, struct buf *out)
{
    const char *base_url = config_text(config, CONFIG_BASE_URL);
    struct str rest = { NULL, 0 };
    struct str host = STR("localhost");
    if (base_url[0] != '\0') {
        buf_add_text(out, base_url);
        return;
    }
    (void)config_list_next(config, CONFIG_PUBLIC_NAME, &rest, &host);
    bool is_v6 = str_find_char(host, ':') < host.len;
    buf_fmt(out, is_v6 ? "https://[%.*s]" : "https://%.*s", STR_ARG(host));
    if (port != 443) {
        buf_fmt(out, ":%lld", (long long)port);
    }
}
