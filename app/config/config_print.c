/* SPDX-License-Identifier: MIT */
#include "app/config/config_print.h"

#include <string.h>

enum { LINE_COLUMNS = 80 };

static const char *word_for(enum option_type type)
{
    switch (type) {
    case OPTION_TEXT:
        return "TEXT";
    case OPTION_INT:
        return "NUMBER";
    case OPTION_BOOL:
        return "YES|NO";
    case OPTION_PATH:
        return "PATH";
    case OPTION_ADDRESSES:
        return "ADDRESS,...";
    case OPTION_HOSTS:
        return "HOST,...";
    case OPTION_URL:
        return "URL";
    case OPTION_LOG_LEVEL:
        return "LEVEL";
    }
    return "VALUE";
}

static void add_upper(struct buf *out, const char *name)
{
    for (; *name != '\0'; name++) {
        bool is_lower = *name >= 'a' && *name <= 'z';
        buf_add_char(out, (char)(*name - (is_lower ? 'a' - 'A' : 0)));
    }
}

static void add_flag(struct buf *out, const char *name)
{
    buf_add_text(out, "--");
    for (; *name != '\0'; name++) {
        buf_add_text(out, *name == '_' ? "-" : (const char[]){ *name, '\0' });
    }
}

/* Words in lines of at most LINE_COLUMNS, each line after `start`. */
static void add_wrapped(struct buf *out, const char *start, struct str text)
{
    struct str rest = text;
    struct str word = rest;
    size_t column = 0;
    while (str_next(&rest, ' ', &word)) {
        if (column > 0 && column + 1 + word.len > LINE_COLUMNS) {
            buf_add_char(out, '\n');
            column = 0;
        }
        buf_add_text(out, column == 0 ? start : " ");
        buf_add(out, word);
        column += (column == 0 ? strlen(start) : 1) + word.len;
    }
    buf_add_char(out, '\n');
}

/* Help, what may stand there when the flag's word does not say it, and the default. */
static void add_about(struct buf *out, enum config_id id)
{
    const struct config_option *option = options_get(id);
    buf_add_text(out, option->help);
    if (option->type == OPTION_INT || option->type == OPTION_LOG_LEVEL) {
        char wanted[160];
        options_describe(option, wanted, sizeof wanted);
        buf_fmt(out, " (%s)", wanted);
    }
    if (option->fallback[0] != '\0') {
        buf_fmt(out, ". Default: %s", option->fallback);
    }
}

static void add_about_wrapped(struct buf *out, const char *start, enum config_id id)
{
    struct buf about = buf_new(4096);
    add_about(&about, id);
    add_wrapped(out, start, buf_str(&about));
    buf_free(&about);
}

void config_print_help(struct buf *out)
{
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        const struct config_option *option = options_get(id);
        buf_add_text(out, "  ");
        add_flag(out, option->name);
        buf_fmt(out, " %s\n", word_for(option->type));
        add_about_wrapped(out, "      ", id);
    }
}

void config_print_markdown(struct buf *out)
{
    buf_add_text(out, "| in the file | variable | flag | default | meaning |\n"
                      "|---|---|---|---|---|\n");
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        const struct config_option *option = options_get(id);
        char wanted[160];
        options_describe(option, wanted, sizeof wanted);
        buf_fmt(out, "| `%s` | `DAYPULSE_", option->name);
        add_upper(out, option->name);
        buf_add_text(out, "` | `");
        add_flag(out, option->name);
        buf_fmt(out, "` | %s%s%s | %s; %s", option->fallback[0] == '\0' ? "" : "`",
                option->fallback, option->fallback[0] == '\0' ? "" : "`", option->help, wanted);
        buf_add_text(out, " |\n");
    }
}

/* A value in the file's quotes; single quotes keep ${...} from being replaced. */
static void add_quoted(struct buf *out, const char *text)
{
    buf_add_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\') {
            buf_add_char(out, '\\');
        }
        buf_add_char(out, *text);
    }
    buf_add_char(out, '\'');
}

void config_print_example(struct buf *out)
{
    buf_add_text(
        out, "# Settings of Daypulse. Each line shows the default; take the # away to change "
             "it.\n# Flags and DAYPULSE_* variables win over this file.\n");
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        const struct config_option *option = options_get(id);
        buf_add_char(out, '\n');
        add_about_wrapped(out, "# ", id);
        buf_fmt(out, "#%s = ", option->name);
        add_quoted(out, option->fallback);
        buf_add_char(out, '\n');
    }
}

void config_print_values(const struct config *config, bool has_origin, struct buf *out)
{
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        buf_fmt(out, "%s = ", options_get(id)->name);
        add_quoted(out, config_text(config, id));
        if (has_origin) {
            buf_fmt(out, "  # from %s", config->values[id].place);
        }
        buf_add_char(out, '\n');
    }
}

static const char *origin_name(enum config_origin origin)
{
    switch (origin) {
    case CONFIG_FROM_DEFAULT:
        return "default";
    case CONFIG_FROM_FILE:
        return "file";
    case CONFIG_FROM_ENVIRONMENT:
        return "environment";
    case CONFIG_FROM_FLAG:
        return "flag";
    }
    return "";
}

void config_print_json(const struct config *config, struct json_writer *json)
{
    json_open_object(json);
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        const struct config_value *value = &config->values[id];
        enum option_type type = options_get(id)->type;
        json_key(json, options_get(id)->name);
        json_open_object(json);
        json_key(json, "value");
        if (type == OPTION_INT) {
            json_int(json, value->number);
        } else if (type == OPTION_BOOL) {
            json_bool(json, value->number != 0);
        } else {
            json_text(json, value->text);
        }
        json_key(json, "origin");
        json_text(json, origin_name(value->origin));
        json_key(json, "place");
        json_text(json, value->place);
        json_close_object(json);
    }
    json_close_object(json);
}
