/* SPDX-License-Identifier: MIT */
#include "app/config/config_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <confuse.h>

#include "app/core/mem.h"

enum { NAME_SHOWN_BYTES = 64 };

/*
 * libconfuse 3.3 counts the lines of comments twice and knows unclosed quotes only at the end of
 * the file. So the text is looked at once before: comments become blanks, and a quote or comment
 * that is never closed is reported where it opens. The rules are those of its scanner: a comment is
 * # or, where a word could start, // or a pair of slash and star.
 */
struct blanking {
    char *text; /* changed in place; ends in NUL */
    size_t len;
    size_t at;
    size_t line;
};

static bool is_at(const struct blanking *blanking, const char *two)
{
    return blanking->at + 1 < blanking->len && blanking->text[blanking->at] == two[0] &&
           blanking->text[blanking->at + 1] == two[1];
}

static void step(struct blanking *blanking)
{
    blanking->line += blanking->text[blanking->at] == '\n';
    blanking->at++;
}

static void blank(struct blanking *blanking)
{
    char *c = &blanking->text[blanking->at];
    bool is_line_end = *c == '\n';
    step(blanking);
    *c = is_line_end ? '\n' : ' ';
}

static void blank_line_rest(struct blanking *blanking)
{
    while (blanking->at < blanking->len && blanking->text[blanking->at] != '\n') {
        blank(blanking);
    }
}

static dp_err blank_block(struct blanking *blanking, struct dp_problem *problem)
{
    size_t start_line = blanking->line;
    blank(blanking);
    blank(blanking);
    while (blanking->at < blanking->len && !is_at(blanking, "*/")) {
        blank(blanking);
    }
    if (blanking->at == blanking->len) {
        return problem_set(problem, start_line, 0,
                           "The comment that starts here is never closed");
    }
    blank(blanking);
    blank(blanking);
    return DP_SUCCESS;
}

static dp_err skip_quoted(struct blanking *blanking, struct dp_problem *problem)
{
    size_t start_line = blanking->line;
    char quote = blanking->text[blanking->at];
    step(blanking);
    while (blanking->at < blanking->len && blanking->text[blanking->at] != quote) {
        if (blanking->text[blanking->at] == '\\' && blanking->at + 1 < blanking->len) {
            step(blanking);
        }
        step(blanking);
    }
    if (blanking->at == blanking->len) {
        return problem_set(problem, start_line, 0, "The quote that opens here is never closed");
    }
    step(blanking);
    return DP_SUCCESS;
}

/* Takes one quoted text, comment or character; keeps whether a word has begun. */
static dp_err blank_next(struct blanking *blanking, bool *is_in_word,
                         struct dp_problem *problem)
{
    static const char word_ends[] = " #\"'\t\n\r={}()+,*";
    char c = blanking->text[blanking->at];
    bool could_start = !*is_in_word;
    *is_in_word = false;
    if (c == '"' || c == '\'') {
        return skip_quoted(blanking, problem);
    }
    if (could_start && is_at(blanking, "/*")) {
        return blank_block(blanking, problem);
    }
    if (c == '#' || (could_start && is_at(blanking, "//"))) {
        blank_line_rest(blanking);
        return DP_SUCCESS;
    }
    *is_in_word = strchr(word_ends, c) == NULL;
    step(blanking);
    return DP_SUCCESS;
}

static dp_err blank_comments(struct blanking *blanking, struct dp_problem *problem)
{
    bool is_in_word = false;
    while (blanking->at < blanking->len) {
        DP_TRY(blank_next(blanking, &is_in_word, problem));
    }
    return DP_SUCCESS;
}

/* ---- libconfuse --------------------------------------------------------------------------------- */

/* libconfuse gives its callbacks no pointer of ours, so what a reading needs stands here while it
 * lasts. */
static _Thread_local struct reading {
    const char *path;
    struct config *config;
    struct dp_problem *problem;
    size_t first_lines[CONFIG_COUNT]; /* where each setting was given; 0 if not yet */
    dp_err result;
} * current;

static dp_err set_value(enum config_id id, const char *value, size_t line)
{
    struct config_value *old = &current->config->values[id];
    char place[CONFIG_PLACE_MAX];
    (void)snprintf(place, sizeof place, "%s:%zu", current->path, line);
    struct buf text = buf_new(OPTIONS_VALUE_MAX);
    if (current->first_lines[id] != 0) { /* one more item of a list */
        buf_fmt(&text, "%s,", old->text);
    }
    buf_add_text(&text, value);
    struct config_setting setting = { id, buf_str(&text), CONFIG_FROM_FILE, place };
    dp_err err = config_set(current->config, &setting, current->problem);
    buf_free(&text);
    return err;
}

/* Called with each value, and with each item of a list. */
static int take_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
    enum config_id id = options_find(str_of(opt->name));
    size_t line = (size_t)cfg->line;
    size_t first_line = current->first_lines[id];
    const char **kept = result;
    *kept = value;
    if (first_line != 0 && cfg_opt_size(opt) == 1) {
        current->result = problem_set(current->problem, line, 0,
                                      "%s is given twice; it stands in line %zu already",
                                      opt->name, first_line);
        return -1;
    }
    current->result = set_value(id, value, line);
    if (!err_is_ok(current->result)) {
        if (current->problem != NULL) {
            current->problem->line = line;
        }
        return -1;
    }
    current->first_lines[id] = first_line == 0 ? line : first_line;
    return 0;
}

static dp_err unknown_setting(size_t line, struct str name)
{
    const char *nearest = options_nearest(name);
    struct str shown = str_clip(name, NAME_SHOWN_BYTES);
    if (nearest == NULL) {
        return problem_set(current->problem, line, 0, "There is no setting \"%.*s\"",
                           STR_ARG(shown));
    }
    return problem_set(current->problem, line, 0,
                       "There is no setting \"%.*s\"; did you mean \"%s\"?", STR_ARG(shown),
                       nearest);
}

__attribute__((format(printf, 2, 0))) static void take_error(cfg_t *cfg, const char *format,
                                                             va_list args)
{
    size_t line = (size_t)cfg->line;
    if (!err_is_ok(current->result)) {
        return; /* the first error is the one to mend */
    }
    if (strcmp(format, "no such option '%s'") == 0) {
        current->result = unknown_setting(line, str_of(va_arg(args, const char *)));
        return;
    }
    char words[256];
    (void)vsnprintf(words, sizeof words, format, args);
    struct str shown = str_clip(str_of(words), sizeof words);
    current->result = problem_set(current->problem, line, 0,
                                  "The settings can't be read here: %.*s", STR_ARG(shown));
}

static bool is_list(enum option_type type)
{
    return type == OPTION_ADDRESSES || type == OPTION_HOSTS;
}

static dp_err parse(const char *text)
{
    cfg_opt_t options[CONFIG_COUNT + 1];
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        const struct config_option *option = options_get(id);
        cfg_opt_t plain = CFG_STR_CB(option->name, NULL, CFGF_NODEFAULT, take_value);
        cfg_opt_t list = CFG_STR_LIST_CB(option->name, NULL, CFGF_NODEFAULT, take_value);
        options[id] = is_list(option->type) ? list : plain;
    }
    cfg_opt_t end = CFG_END();
    options[CONFIG_COUNT] = end;
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    if (cfg == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    cfg_set_error_function(cfg, take_error);
    int parsed = cfg_parse_buf(cfg, text);
    size_t line = (size_t)cfg->line;
    cfg_free(cfg);
    if (parsed != CFG_SUCCESS && err_is_ok(current->result)) {
        return problem_set(current->problem, line, 0, "The settings can't be read here");
    }
    return current->result;
}

static dp_err check_text(struct str text, struct dp_problem *problem)
{
    size_t valid = str_utf8_prefix(text);
    size_t nul = str_find_char(text, '\0');
    size_t line = 1;
    for (size_t i = 0; i < valid && i < nul; i++) {
        line += text.ptr[i] == '\n';
    }
    if (nul < text.len && nul < valid) {
        return problem_set(problem, line, 0, "There is a zero byte in this line");
    }
    if (valid < text.len) {
        err_ignore(problem_set(problem, line, 0, "This line is not UTF-8"));
        return err_make(DP_NOT_UTF8);
    }
    return DP_SUCCESS;
}

static dp_err read_text(char *text, size_t len, struct reading *reading)
{
    struct blanking blanking = { .text = text, .len = len, .line = 1 };
    DP_TRY(blank_comments(&blanking, reading->problem));
    current = reading;
    dp_err err = parse(text);
    current = NULL;
    return err;
}

dp_err config_file_read(struct str text, const char *path, struct config *config,
                        struct dp_problem *problem)
{
    if (problem != NULL && !str_copy(str_of(path), problem->file, sizeof problem->file)) {
        problem->file[0] = '\0';
    }
    DP_TRY(check_text(text, problem));
    char *copy = mem_copy_text(text.ptr, text.len);
    if (copy == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct reading reading = {
        .path = path,
        .config = config,
        .problem = problem,
        .result = DP_SUCCESS,
    };
    dp_err err = read_text(copy, text.len, &reading);
    mem_free(copy);
    return err;
}
