/* SPDX-License-Identifier: MIT */
#include "app/cli/help.h"

#include <string.h>

static void print_name(const struct command *command, FILE *out)
{
    fprintf(out, "%s%s%s", command->noun, command->verb != NULL ? " " : "",
            command->verb != NULL ? command->verb : "");
}

static void print_flag(const struct command_flag *flag, FILE *out)
{
    fprintf(out, "--%s%s%s", flag->name, flag->value != NULL ? " " : "",
            flag->value != NULL ? flag->value : "");
}

void help_usage(const struct command *command, FILE *out)
{
    fprintf(out, "usage: daypulse ");
    print_name(command, out);
    if (command->positional[0] != '\0') {
        fprintf(out, " %s", command->positional);
    }
    for (size_t i = 0; i < COMMAND_FLAG_MAX && command->flags[i].name != NULL; i++) {
        fprintf(out, " [");
        print_flag(&command->flags[i], out);
        fprintf(out, "]");
    }
    fprintf(out, "%s [--dir DIR]\n", command->has_json ? " [--json]" : "");
}

static void print_row(const char *left, const char *right, FILE *out)
{
    fprintf(out, "  %-26s %s\n", left, right);
}

void help_command(const struct command *command, FILE *out)
{
    help_usage(command, out);
    fprintf(out, "\n%s.\n\n", command->summary);
    for (size_t i = 0; i < COMMAND_FLAG_MAX && command->flags[i].name != NULL; i++) {
        char left[64];
        const struct command_flag *flag = &command->flags[i];
        snprintf(left, sizeof left, "--%s%s%s", flag->name, flag->value != NULL ? " " : "",
                 flag->value != NULL ? flag->value : "");
        print_row(left, flag->help, out);
    }
    if (command->has_json) {
        print_row("--json", "print one JSON object on standard output", out);
    }
    print_row("--dir DIR", "the data folder (default /var/lib/daypulse)", out);
}

void help_all(FILE *out)
{
    size_t count = 0;
    const struct command *all = command_all(&count);
    fprintf(out, "usage: daypulse <noun> [<verb>] [arguments] [--flags]\n\n");
    for (size_t i = 0; i < count; i++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s %s", all[i].noun, all[i].verb != NULL ? " " : "",
                 all[i].verb != NULL ? all[i].verb : "", all[i].positional);
        print_row(left, all[i].summary, out);
    }
    fprintf(out, "\nEvery command takes --dir DIR and --help. Exit codes: 0 ok, 1 failed, 2 usage,\n"
                 "3 not found, 4 busy, 5 invalid input, 6 done with findings.\n");
}

void help_markdown(FILE *out)
{
    size_t count = 0;
    const struct command *all = command_all(&count);
    fprintf(out, "| command | what it does | flags |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "| `daypulse ");
        print_name(&all[i], out);
        fprintf(out, "%s%s` | %s |", all[i].positional[0] != '\0' ? " " : "", all[i].positional,
                all[i].summary);
        for (size_t j = 0; j < COMMAND_FLAG_MAX && all[i].flags[j].name != NULL; j++) {
            fprintf(out, " `");
            print_flag(&all[i].flags[j], out);
            fprintf(out, "`");
        }
        fprintf(out, "%s |\n", all[i].has_json ? " `--json`" : "");
    }
}

static bool is_first_of_noun(const struct command *all, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(all[i].noun, all[index].noun) == 0) {
            return false;
        }
    }
    return true;
}

void help_completion(FILE *out)
{
    size_t count = 0;
    const struct command *all = command_all(&count);
    fprintf(out, "_daypulse() {\n    local word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
                 "    case \"$COMP_CWORD:${COMP_WORDS[1]}\" in\n    1:*) COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; i < count; i++) {
        if (is_first_of_noun(all, i)) {
            fprintf(out, "%s ", all[i].noun);
        }
    }
    fprintf(out, "\" -- \"$word\")) ;;\n");
    for (size_t i = 0; i < count; i++) {
        if (!is_first_of_noun(all, i)) {
            continue;
        }
        fprintf(out, "    2:%s) COMPREPLY=($(compgen -W \"", all[i].noun);
        for (size_t j = i; j < count; j++) {
            if (strcmp(all[j].noun, all[i].noun) == 0 && all[j].verb != NULL) {
                fprintf(out, "%s ", all[j].verb);
            }
        }
        fprintf(out, "\" -- \"$word\")) ;;\n");
    }
    fprintf(out, "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n    esac\n}\n"
                 "complete -F _daypulse daypulse\n");
}
