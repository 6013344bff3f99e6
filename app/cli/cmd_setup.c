/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "app/cli/say.h"
#include "app/core/num.h"
#include "app/service/account/account.h"
#include "app/text/text.h"
#include "storage/team_record.h"

enum { LINE_MAX_BYTES = 256 };

/* Fills what --language, --start and --min-people say. */
static dp_err read_start(const struct command_call *call, struct appliance_start *start,
                         struct dp_problem *problem)
{
    const char *day = command_flag(call, "start");
    const char *people = command_flag(call, "min-people");
    uint64_t min_people = 0;
    if (!err_is_ok(text_language_parse(str_of(command_flag_or(call, "language", "en")),
                                       &start->language))) {
        return command_usage(problem, "--language is en or de");
    }
    if (day != NULL && !err_is_ok(date_parse(str_of(day), &start->programme_start))) {
        return command_usage(problem, "--start takes a date such as 2026-03-09");
    }
    if (people != NULL &&
        !err_is_ok(num_uint(str_of(people), ORGANISATION_MIN_PEOPLE_FLOOR, 100, &min_people))) {
        return command_usage(problem, "--min-people takes a number from %d to 100",
                             ORGANISATION_MIN_PEOPLE_FLOOR);
    }
    start->min_people = (uint32_t)min_people;
    return DP_SUCCESS;
}

int cmd_init(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    char code[ACCOUNT_SETUP_CODE_TEXT];
    struct appliance_start start = {
        .path = call->dir,
        .name = command_flag_or(call, "name", "Our organisation"),
        .zone = command_flag_or(call, "zone", "UTC"),
        .base_url = command_flag_or(call, "base-url", ""),
    };
    dp_err done = read_start(call, &start, &problem);
    if (err_is_ok(done)) {
        done = appliance_create(&start, call->clock, &problem, &appliance);
    }
    if (err_is_ok(done)) {
        done = account_make_setup_code(&appliance, code);
    }
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    say(call->talk,
        "The data folder %s is ready. Start it with: daypulse up --dir %s\n"
        "Then open /setup in a browser and enter this code, which is shown only "
        "once:\n",
        call->dir, call->dir);
    say(call->out, "%s\n", code);
    return EXIT_OK;
}

static bool read_line(char out[LINE_MAX_BYTES])
{
    if (fgets(out, LINE_MAX_BYTES, stdin) == NULL) {
        return false;
    }
    out[strcspn(out, "\r\n")] = '\0';
    return true;
}

/* From the terminal without echo, or the first line of standard input; never an argument. */
static bool read_password(const struct command_call *call, char out[LINE_MAX_BYTES])
{
    struct termios before;
    bool is_terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
    if (!is_terminal) {
        return read_line(out);
    }
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    say(call->talk, "Password: ");
    say_now(call->talk);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    bool is_read = read_line(out);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    say(call->talk, "\n");
    return is_read;
}

static dp_err find_team(const struct appliance *appliance, const char *code,
                        struct team_id *team, struct dp_problem *problem)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct team found;
    DP_TRY(store_read(appliance->office, &txn));
    dp_err err = team_record_by_code(txn, str_of(code), &found);
    if (err_is(err, DP_NOT_FOUND)) {
        err_ignore(problem_set(problem, 0, 0, "there is no team '%s'", code));
    }
    *team = found.id;
    return err;
}

static dp_err read_role(const struct command_call *call, const struct appliance *appliance,
                        struct account_new *wanted, struct dp_problem *problem)
{
    const char *team = command_flag(call, "team");
    if (!err_is_ok(
            account_role_parse(str_of(command_flag_or(call, "role", "hr")), &wanted->role))) {
        return command_usage(problem, "--role is admin, hr or manager");
    }
    if ((wanted->role == ACCOUNT_MANAGER) != (team != NULL)) {
        return command_usage(problem, "a manager needs --team, and nobody else takes it");
    }
    return team == NULL ? DP_SUCCESS : find_team(appliance, team, &wanted->team, problem);
}

int cmd_user_add(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    char password[LINE_MAX_BYTES] = "";
    struct account_new wanted = { .login = str_of(call->positional[0]), .actor = "cli" };
    dp_err done = appliance_open(call->dir, call->clock, &problem, &appliance);
    if (err_is_ok(done)) {
        done = read_role(call, &appliance, &wanted, &problem);
    }
    if (err_is_ok(done) && !read_password(call, password)) {
        done = problem_set(&problem, 0, 0, "no password came on standard input");
    }
    wanted.password = str_of(password);
    if (err_is_ok(done)) {
        done = account_add(&appliance, &wanted, &problem);
    }
    secret_wipe(password, sizeof password);
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    say(call->talk, "%s may log in as %s.\n", call->positional[0],
        account_role_name(wanted.role));
    return EXIT_OK;
}

int cmd_user_passwd(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    char password[LINE_MAX_BYTES] = "";
    dp_err done = appliance_open(call->dir, call->clock, &problem, &appliance);
    if (err_is_ok(done) && !read_password(call, password)) {
        done = problem_set(&problem, 0, 0, "no password came on standard input");
    }
    if (err_is_ok(done)) {
        done = account_set_password(&appliance, str_of(call->positional[0]), str_of(password),
                                    "cli", &problem);
    }
    secret_wipe(password, sizeof password);
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    say(call->talk, "The password of %s is changed and all its sessions are ended.\n",
        call->positional[0]);
    return EXIT_OK;
}
