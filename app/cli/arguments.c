/* SPDX-License-Identifier: MIT */
#include "app/cli/arguments.h"

#include <string.h>

#include "app/cli/help.h"
#include "app/cli/say.h"
#include "app/core/suggest.h"

enum { SHOWN_MAX = 80 };

void arguments_positional(const struct command *command, size_t *min, size_t *max)
{
    struct str rest = str_of(command->positional);
    struct str word;
    *min = 0;
    *max = 0;
    while (rest.len > 0 && str_next(&rest, ' ', &word)) {
        *max += 1;
        *min += word.ptr[0] == '[' ? 0 : 1;
    }
}

static int refuse(const struct command_call *call, const char *what, struct str which)
{
    struct str shown = str_slice(which, 0, SHOWN_MAX);
    say(call->talk, "daypulse: %s %.*s\n", what, STR_ARG(shown));
    help_usage(call->command, call->talk);
    return EXIT_USAGE;
}

static int refuse_flag(const struct command_call *call, const char *what, struct str name)
{
    char flag[SHOWN_MAX];
    (void)snprintf(flag, sizeof flag, "--%.*s", STR_ARG(name));
    return refuse(call, what, str_of(flag));
}

/* One "--name", "--name value" or "--name=value". */
struct flag_word {
    struct str name;
    char *value; /* NULL when none can follow */
    int used;    /* words, when it takes a value */
    bool has_inline;
};

static struct flag_word split(int left, char **words)
{
    struct str word = str_of(words[0] + 2);
    size_t equals = str_find_char(word, '=');
    struct flag_word flag = { .name = str_slice(word, 0, equals) };
    flag.has_inline = equals < word.len;
    flag.used = flag.has_inline ? 1 : 2;
    if (flag.has_inline) {
        flag.value = words[0] + 2 + equals + 1;
    } else if (left > 1) {
        flag.value = words[1];
    }
    return flag;
}

static bool may_be_setting(const struct command_call *call, enum config_id id)
{
    return id != CONFIG_COUNT && (call->command->setup == COMMAND_SETTINGS ||
                                  (call->command->setup == COMMAND_FOLDER && id == CONFIG_DIR));
}

static int no_such_flag(const struct command_call *call, struct str name)
{
    const char *names[COMMAND_FLAG_MAX + CONFIG_COUNT + 3];
    size_t count = 0;
    for (size_t i = 0; i < COMMAND_FLAG_MAX && call->command->flags[i].name != NULL; i++) {
        names[count++] = call->command->flags[i].name;
    }
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        if (may_be_setting(call, id)) {
            names[count++] = options_get(id)->name;
        }
    }
    names[count++] = "help";
    if (call->command->has_json) {
        names[count++] = "json";
    }
    const char *near = suggest_nearest(name, names, count);
    struct str shown = str_slice(name, 0, SHOWN_MAX);
    say(call->talk, "daypulse: there is no flag --%.*s", STR_ARG(shown));
    if (near != NULL) {
        say(call->talk, "; did you mean --%s?", near);
    }
    say(call->talk, "\n");
    help_usage(call->command, call->talk);
    return EXIT_USAGE;
}

static int take_own(struct command_call *call, size_t index, struct flag_word *flag)
{
    const struct command_flag *row = &call->command->flags[index];
    if (call->flag_values[index] != NULL) {
        return refuse_flag(call, "this flag is given twice:", flag->name);
    }
    if (row->value == NULL) {
        flag->used = 1;
        if (flag->has_inline) {
            return refuse_flag(call, "this flag takes no value:", flag->name);
        }
        call->flag_values[index] = "";
        return EXIT_OK;
    }
    if (flag->value == NULL) {
        return refuse_flag(call, "a value is missing after", flag->name);
    }
    call->flag_values[index] = flag->value;
    return EXIT_OK;
}

static int take_setting(struct command_call *call, char **words, const struct flag_word *flag)
{
    if (flag->value == NULL) {
        return refuse_flag(call, "a value is missing after", flag->name);
    }
    if (call->settings_count + 2 > COMMAND_SETTING_WORDS_MAX) {
        return refuse_flag(call, "this is one flag too many:", flag->name);
    }
    for (int i = 0; i < flag->used; i++) {
        call->settings[call->settings_count++] = words[i];
    }
    return EXIT_OK;
}

static int take_config_file(struct command_call *call, const struct flag_word *flag)
{
    if (flag->value == NULL) {
        return refuse_flag(call, "a value is missing after", flag->name);
    }
    call->config_file = flag->value;
    return EXIT_OK;
}

static bool find_own(const struct command *command, struct str name, size_t *index)
{
    for (size_t i = 0; i < COMMAND_FLAG_MAX && command->flags[i].name != NULL; i++) {
        if (str_equal(name, str_of(command->flags[i].name))) {
            *index = i;
            return true;
        }
    }
    return false;
}

/* Takes one flag; `*used` gets how many words that were. */
static int take_flag(struct command_call *call, int left, char **words, int *used)
{
    struct flag_word flag = split(left, words);
    size_t index = 0;
    int code = EXIT_OK;
    if (find_own(call->command, flag.name, &index)) {
        code = take_own(call, index, &flag);
    } else if (str_equal(flag.name, STR("json")) && call->command->has_json &&
               !flag.has_inline) {
        call->is_json = true;
        flag.used = 1;
    } else if (may_be_setting(call, options_find(flag.name))) {
        code = take_setting(call, words, &flag);
    } else if (str_equal(flag.name, STR("config")) && call->command->setup != COMMAND_BARE) {
        code = take_config_file(call, &flag);
    } else {
        code = no_such_flag(call, flag.name);
    }
    *used = flag.used;
    return code;
}

static int take_positional(struct command_call *call, const char *word)
{
    size_t min = 0;
    size_t max = 0;
    arguments_positional(call->command, &min, &max);
    if (call->positional_count >= max) {
        return refuse(call, "this is one argument too many:", str_of(word));
    }
    call->positional[call->positional_count++] = word;
    return EXIT_OK;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int take_word(struct command_call *call, int left, char **words, int *used)
{
    const char *word = words[0];
    *used = 1;
    if (word[0] != '-' || word[1] == '\0') {
        return take_positional(call, word);
    }
    if (word[1] != '-') {
        return refuse(call, "there is no flag", str_of(word));
    }
    return take_flag(call, left, words, used);
}

int arguments_take(struct command_call *call, int count, char **words)
{
    bool is_behind = false; /* "--" */
    for (int i = 0; i < count;) {
        int used = 1;
        int code = EXIT_OK;
        if (is_behind) {
            code = take_positional(call, words[i]);
        } else if (strcmp(words[i], "--") == 0) {
            is_behind = true;
        } else if (is_help(words[i])) {
            call->wants_help = true;
            return EXIT_OK;
        } else {
            code = take_word(call, count - i, words + i, &used);
        }
        if (code != EXIT_OK) {
            return code;
        }
        i += used;
    }
    size_t min = 0;
    size_t max = 0;
    arguments_positional(call->command, &min, &max);
    if (call->positional_count < min) {
        return refuse(call, "something is missing:", str_of(call->command->positional));
    }
    return EXIT_OK;
}
