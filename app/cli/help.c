/* SPDX-License-Identifier: MIT */
#include "app/cli/help.h"

#include <string.h>

#include "app/cli/say.h"
#include "app/config/config_print.h"

enum { LEFT_MAX = 80, MARKDOWN_MAX = 1 << 20 };

static bool has_flag(const struct command *command, size_t index)
{
    return index < COMMAND_FLAG_MAX && command->flags[index].name != NULL;
}

static void print_name(const struct command *command, FILE *out)
{
    say(out, "%s%s%s", command->noun, command->verb != NULL ? " " : "",
        command->verb != NULL ? command->verb : "");
}

static void flag_text(const struct command_flag *flag, char out[LEFT_MAX])
{
    (void)snprintf(out, LEFT_MAX, "--%s%s%s", flag->name, flag->value != NULL ? " " : "",
                   flag->value != NULL ? flag->value : "");
}

void help_usage(const struct command *command, FILE *out)
{
    char text[LEFT_MAX];
    say(out, "usage: daypulse ");
    print_name(command, out);
    if (command->positional[0] != '\0') {
        say(out, " %s", command->positional);
    }
    for (size_t i = 0; has_flag(command, i); i++) {
        flag_text(&command->flags[i], text);
        say(out, " [%s]", text);
    }
    say(out, "%s%s%s\n", command->has_json ? " [--json]" : "",
        command->setup == COMMAND_BARE ? "" : " [--dir DIR]",
        command->setup == COMMAND_SETTINGS ? " [--SETTING VALUE]..." : "");
}

static void print_row(const char *left, const char *right, FILE *out)
{
    say(out, "  %-28s %s\n", left, right);
}

static void print_settings(FILE *out)
{
    BUF_AUTO struct buf text = buf_new(MARKDOWN_MAX);
    config_print_help(&text);
    say(out, "\nSettings; each may also stand in %s or in a variable:\n%.*s",
        CONFIG_DEFAULT_FILE, STR_ARG(buf_str(&text)));
}

void help_command(const struct command *command, FILE *out)
{
    char text[LEFT_MAX];
    help_usage(command, out);
    say(out, "\n%s.\n\n", command->summary);
    for (size_t i = 0; has_flag(command, i); i++) {
        flag_text(&command->flags[i], text);
        print_row(text, command->flags[i].help, out);
    }
    if (command->has_json) {
        print_row("--json", "print JSON on standard output", out);
    }
    if (command->setup == COMMAND_FOLDER) {
        print_row("--dir DIR", "the data folder (default /var/lib/daypulse)", out);
    }
    if (command->setup != COMMAND_BARE) {
        print_row("--config FILE", "settings (default " CONFIG_DEFAULT_FILE ")", out);
    }
    print_row("--help", "print this", out);
    if (command->setup == COMMAND_SETTINGS) {
        print_settings(out);
    }
}

static void print_command(const struct command *command, FILE *out)
{
    char left[LEFT_MAX];
    bool has_verb = command->verb != NULL;
    bool has_more = command->positional[0] != '\0';
    (void)snprintf(left, sizeof left, "%s%s%s%s%s", command->noun, has_verb ? " " : "",
                   has_verb ? command->verb : "", has_more ? " " : "", command->positional);
    print_row(left, command->summary, out);
}

void help_all(FILE *out)
{
    size_t count = 0;
    const struct command *all = command_all(&count);
    say(out, "usage: daypulse <noun> [<verb>] [arguments] [--flags]\n\n");
    for (size_t i = 0; i < count; i++) {
        print_command(&all[i], out);
    }
    say(out, "\nEvery command takes --help. Exit codes: 0 ok, 1 failed, 2 usage, 3 not found,\n"
             "4 busy, 5 invalid input, 6 done with findings.\n");
}

void help_noun(const char *noun, FILE *out)
{
    size_t count = 0;
    const struct command *all = command_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].noun, noun) == 0) {
            print_command(&all[i], out);
        }
    }
}

bool help_has_verbs(const char *noun)
{
    size_t count = 0;
    const struct command *all = command_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].noun, noun) == 0 && all[i].verb != NULL) {
            return true;
        }
    }
    return false;
}

/* ---- Markdown ------------------------------------------------------------------------------------- */

/* A '|' would end the cell. */
static void print_cell(const char *text, FILE *out)
{
    for (; *text != '\0'; text++) {
        say(out, *text == '|' ? "\\%c" : "%c", *text);
    }
}

static void print_command_row(const struct command *command, FILE *out)
{
    char text[LEFT_MAX];
    say(out, "| `daypulse ");
    print_name(command, out);
    say(out, "%s", command->positional[0] != '\0' ? " " : "");
    print_cell(command->positional, out);
    say(out, "` | ");
    print_cell(command->summary, out);
    say(out, " |");
    const char *between = " ";
    for (size_t i = 0; has_flag(command, i); i++) {
        flag_text(&command->flags[i], text);
        say(out, "%s`", between);
        print_cell(text, out);
        say(out, "` ");
        print_cell(command->flags[i].help, out);
        between = "<br>";
    }
    if (command->has_json) {
        say(out, "%s`--json`", between);
        between = "<br>";
    }
    if (command->setup == COMMAND_SETTINGS) {
        say(out, "%severy setting", between);
    }
    say(out, " |\n");
}

static void print_markdown_of(void (*list)(struct buf *out), const char *title, FILE *out)
{
    BUF_AUTO struct buf text = buf_new(MARKDOWN_MAX);
    list(&text);
    say(out, "\n## %s\n\n%.*s", title, STR_ARG(buf_str(&text)));
}

void help_markdown(FILE *out, void (*list_routes)(struct buf *out))
{
    size_t count = 0;
    const struct command *all = command_all(&count);
    say(out,
        "# Reference\n\nWhat `daypulse help --markdown` prints of the program's own "
        "tables; a test compares the two.\n\n## Commands\n\nData goes to standard output, "
        "talk to standard error. Exit codes: 0 ok, 1 failed, 2 usage,\n3 not found, 4 busy, "
        "5 invalid input, 6 done with findings. Commands that touch the data take\n`--dir "
        "DIR` and `--config FILE`; all take `--help`.\n\n| command | what it does | flags "
        "|\n| --- | --- | --- |\n");
    for (size_t i = 0; i < count; i++) {
        print_command_row(&all[i], out);
    }
    print_markdown_of(config_print_markdown, "Settings", out);
    if (list_routes != NULL) {
        print_markdown_of(list_routes, "Addresses", out);
    }
}

/* ---- Completion ----------------------------------------------------------------------------------- */

static bool is_first_of_noun(const struct command *all, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(all[i].noun, all[index].noun) == 0) {
            return false;
        }
    }
    return true;
}

static void print_verbs(const struct command *all, size_t count, const char *noun, FILE *out)
{
    say(out, "    2:%s) COMPREPLY=($(compgen -W \"", noun);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].noun, noun) == 0 && all[i].verb != NULL) {
            say(out, "%s ", all[i].verb);
        }
    }
    say(out, "\" -- \"$word\")) ;;\n");
}

static void print_flags(const struct command *command, FILE *out)
{
    say(out, "    \"");
    print_name(command, out);
    say(out, "\") flags=\"");
    for (size_t i = 0; has_flag(command, i); i++) {
        say(out, "--%s ", command->flags[i].name);
    }
    say(out, "%s%s--help\" ;;\n", command->has_json ? "--json " : "",
        command->setup == COMMAND_BARE ? "" : "--dir --config ");
}

void help_completion(FILE *out)
{
    size_t count = 0;
    const struct command *all = command_all(&count);
    say(out, "# Completion for bash: source it, or put it into /etc/bash_completion.d\n"
             "_daypulse() {\n    local word=\"${COMP_WORDS[COMP_CWORD]}\" flags=\"\"\n"
             "    case \"$COMP_CWORD:${COMP_WORDS[1]}\" in\n"
             "    1:*) COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; i < count; i++) {
        if (is_first_of_noun(all, i)) {
            say(out, "%s ", all[i].noun);
        }
    }
    say(out, "\" -- \"$word\")); return ;;\n");
    for (size_t i = 0; i < count; i++) {
        if (is_first_of_noun(all, i) && help_has_verbs(all[i].noun)) {
            print_verbs(all, count, all[i].noun, out);
        }
    }
    say(out, "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n    esac\n"
             "    [[ \"$word\" == -* ]] || return\n"
             "    case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
    for (size_t i = 0; i < count; i++) {
        if (all[i].verb != NULL) {
            print_flags(&all[i], out);
        }
    }
    say(out, "    *) case \"${COMP_WORDS[1]}\" in\n");
    for (size_t i = 0; i < count; i++) {
        if (all[i].verb == NULL) {
            print_flags(&all[i], out);
        }
    }
    say(out, "    esac ;;\n    esac\n    COMPREPLY=($(compgen -W \"$flags\" -- \"$word\"))\n}\n"
             "complete -F _daypulse daypulse\n");
}
