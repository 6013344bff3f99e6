/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/exchange.h"
#include "app/cli/listing.h"
#include "app/cli/say.h"
#include "app/core/mem.h"
#include "app/core/num.h"
#include "app/service/correction/correction.h"
#include "storage/team_record.h"

enum { ARENA_BYTES = 256 << 20, SENTENCES_MAX = 65536 };

#define ACTOR "cli"

/* ---- Entering ---------------------------------------------------------------------------- */

static dp_err need_flag(const struct command_call *call, const char *name, const char **out,
                        struct dp_problem *problem)
{
    *out = command_flag(call, name);
    return *out != NULL ? DP_SUCCESS : command_usage(problem, "--%s is missing", name);
}

static dp_err read_words(const struct command_call *call, struct correction *out,
                         struct dp_problem *problem)
{
    const char *title = NULL;
    const char *category = NULL;
    DP_TRY(need_flag(call, "title", &title, problem));
    DP_TRY(need_flag(call, "category", &category, problem));
    if (!str_copy(str_of(title), out->title, sizeof out->title) ||
        !str_copy(str_of(command_flag_or(call, "what", "")), out->what, sizeof out->what)) {
        return command_usage(problem, "--title takes at most %d characters and --what %d",
                             CORRECTION_TITLE_CHARACTERS, CORRECTION_WHAT_CHARACTERS);
    }
    if (!err_is_ok(correction_category_parse(str_of(category), &out->category))) {
        return command_usage(problem, "--category takes process, tools, staffing, training, "
                                      "recognition, rule_dropped or culture");
    }
    return DP_SUCCESS;
}

static dp_err read_expectation(const struct command_call *call, struct correction *out,
                               struct dp_problem *problem)
{
    const char *start = NULL;
    const char *on = NULL;
    const char *expect = NULL;
    DP_TRY(need_flag(call, "start", &start, problem));
    DP_TRY(need_flag(call, "on", &on, problem));
    DP_TRY(need_flag(call, "expect", &expect, problem));
    if (!err_is_ok(date_parse(str_of(start), &out->start))) {
        return command_usage(problem, "--start takes a date such as 2026-03-09");
    }
    if (!err_is_ok(correction_target_parse(str_of(on), out))) {
        return command_usage(problem, "--on takes index, theme:CODE or metric:CODE");
    }
    bool is_up = str_equal(str_of(expect), STR("up"));
    if (!is_up && !str_equal(str_of(expect), STR("down"))) {
        return command_usage(problem, "--expect takes up or down");
    }
    out->direction = is_up ? CORRECTION_UP : CORRECTION_DOWN;
    return DP_SUCCESS;
}

/* Without --team it is the whole organisation. A code that holds a comma must stand alone. */
static dp_err read_teams(const struct appliance *appliance, const char *codes,
                         struct correction *out, struct dp_problem *problem)
{
    struct str rest = str_of(codes);
    struct str code;
    struct team team;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    if (err_is_ok(team_record_by_code(txn, rest, &team))) {
        out->teams[out->team_count++] = team.id;
        return DP_SUCCESS;
    }
    while (str_next(&rest, ',', &code)) {
        if (out->team_count == CORRECTION_TEAMS_MAX) {
            return problem_set(problem, 0, 0, "a correction takes at most %d teams",
                               CORRECTION_TEAMS_MAX);
        }
        dp_err found = team_record_by_code(txn, str_trim(code), &team);
        if (err_is(found, DP_NOT_FOUND)) {
            err_ignore(problem_set(problem, 0, 0, "there is no team '%.*s'", STR_ARG(code)));
        }
        DP_TRY(found);
        out->teams[out->team_count++] = team.id;
    }
    return DP_SUCCESS;
}

static dp_err enter(const struct command_call *call, struct correction *correction,
                    struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    const char *teams = command_flag(call, "team");
    DP_TRY(read_words(call, correction, problem));
    DP_TRY(read_expectation(call, correction, problem));
    DP_TRY(appliance_open(call->dir, call->clock, problem, &appliance));
    if (teams != NULL) {
        DP_TRY(read_teams(&appliance, teams, correction, problem));
    }
    return correction_add(&appliance, correction, ACTOR, problem);
}

int cmd_correction_add(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    struct correction correction = { 0 };
    dp_err entered = enter(call, &correction, &problem);
    if (!err_is_ok(entered)) {
        return command_fail(call, entered, &problem);
    }
    if (!call->is_json) {
        say(call->talk, "Correction %u is registered.\n", correction.id.value);
        return EXIT_OK;
    }
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    correction_json(&correction, &json);
    return exchange_print_json(call, &json);
}

static dp_err read_id(const struct command_call *call, struct correction_id *out,
                      struct dp_problem *problem)
{
    uint64_t id = 0;
    if (!err_is_ok(num_uint(str_of(call->positional[0]), 1, UINT32_MAX, &id))) {
        return command_usage(problem, "'%s' is no correction; see daypulse correction list",
                             call->positional[0]);
    }
    out->value = (uint32_t)id;
    return DP_SUCCESS;
}

static dp_err withdraw(const struct command_call *call, struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    struct correction_id id;
    const char *why = NULL;
    DP_TRY(read_id(call, &id, problem));
    DP_TRY(need_flag(call, "why", &why, problem));
    DP_TRY(appliance_open(call->dir, call->clock, problem, &appliance));
    return correction_withdraw(&appliance, id, str_of(why), ACTOR, problem);
}

int cmd_correction_withdraw(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    dp_err withdrawn = withdraw(call, &problem);
    if (!err_is_ok(withdrawn)) {
        return command_fail(call, withdrawn, &problem);
    }
    say(call->talk, "Correction %s is withdrawn; it stays in the list.\n", call->positional[0]);
    return EXIT_OK;
}

/* ---- The list ---------------------------------------------------------------------------- */

static const char *state_of(const struct correction_report *report)
{
    if (report->effect_count == 0) {
        return "withdrawn";
    }
    const struct correction_effect *effect = &report->effects[0];
    return effect->needs_more > 0 ? "too_early" : effect_verdict_name(effect->verdict);
}

static int print_list(const struct command_call *call, const struct correction_report *reports,
                      size_t count)
{
    static const char *const headings[] = { "id",    "start",  "category", "expected",
                                            "to go", "effect", "title" };
    LISTING_AUTO struct listing listing = listing_new("rllllll");
    if (count == 0) {
        say(call->talk, "No corrections have been registered yet: daypulse correction add\n");
        return EXIT_OK;
    }
    listing_row(&listing, headings);
    for (size_t i = 0; i < count; i++) {
        const struct correction *correction = &reports[i].correction;
        char start[DATE_TEXT_MAX];
        date_text(correction->start, start);
        listing_cell_int(&listing, correction->id.value);
        listing_cell(&listing, start);
        listing_cell(&listing, correction_category_code(correction->category));
        listing_cell(&listing, correction->expected);
        listing_cell(&listing, correction->direction == CORRECTION_UP ? "up" : "down");
        listing_cell(&listing, state_of(&reports[i]));
        listing_cell(&listing, correction->title);
    }
    dp_err printed = listing_print(&listing, call->out);
    return err_is_ok(printed) ? EXIT_OK : command_fail(call, printed, NULL);
}

static int print_list_json(const struct command_call *call,
                           const struct correction_report *reports, size_t count)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_key(&json, "corrections");
    json_open_list(&json);
    for (size_t i = 0; i < count; i++) {
        correction_report_json(&reports[i], &json);
    }
    json_close_list(&json);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

int cmd_correction_list(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    const struct correction_report *reports = NULL;
    size_t count = 0;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    dp_err found = appliance_open(call->dir, call->clock, &problem, &appliance);
    if (err_is_ok(found)) {
        found = correction_overview(&appliance, &arena, &reports, &count);
    }
    if (!err_is_ok(found)) {
        return command_fail(call, found, &problem);
    }
    return call->is_json ? print_list_json(call, reports, count)
                         : print_list(call, reports, count);
}

/* ---- One effect -------------------------------------------------------------------------- */

static void add_effect(struct buf *text, const struct correction_report *report,
                       const struct correction_effect *effect)
{
    struct correction_words words = correction_words(report, effect);
    enum text notes[CORRECTION_TEXT_NOTES_MAX];
    char title[NAME_MAX_BYTES];
    correction_text_title(&words.subject, LANGUAGE_EN, title);
    buf_fmt(text, "\n%s%s%s: ", title, effect->series.source[0] != '\0' ? ", " : "",
            effect->series.source);
    correction_text_sentence(text, LANGUAGE_EN, &words);
    buf_add_char(text, '\n');
    size_t before = text->len;
    correction_text_gap(text, LANGUAGE_EN, &words);
    buf_add_text(text, text->len > before ? "\n" : "");
    size_t count = correction_text_notes(&words, notes);
    for (size_t i = 0; i < count; i++) {
        buf_add_text(text, "- ");
        buf_add(text, text_plain(LANGUAGE_EN, notes[i]));
        buf_add_char(text, '\n');
    }
}

static int print_report(const struct command_call *call, const struct correction_report *report)
{
    const struct correction *correction = &report->correction;
    BUF_AUTO struct buf text = buf_new(SENTENCES_MAX);
    char start[DATE_TEXT_MAX];
    date_text(correction->start, start);
    buf_fmt(&text, "%s, from %s on\n", correction->title, start);
    if (report->effect_count == 0) {
        char moment[EXCHANGE_MOMENT_MAX];
        exchange_moment(correction->withdrawn_s, moment);
        buf_fmt(&text, "Withdrawn at %s: %s\n", moment, correction->withdrawn_why);
    }
    for (size_t i = 0; i < report->effect_count; i++) {
        add_effect(&text, report, &report->effects[i]);
    }
    if (report->series_left_out > 0) {
        buf_add_char(&text, '\n');
        text_add(&text, LANGUAGE_EN, TEXT_CORRECTION_OTHERS_LEFT_OUT,
                 TEXT_VALUES(text_int((int64_t)report->series_left_out)));
        buf_add_char(&text, '\n');
    }
    dp_err written = buf_finish(&text);
    if (!err_is_ok(written)) {
        return command_fail(call, written, NULL);
    }
    say_all(call->out, buf_str(&text));
    return EXIT_OK;
}

static int print_report_json(const struct command_call *call,
                             const struct correction_report *report)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    correction_report_json(report, &json);
    return exchange_print_json(call, &json);
}

static dp_err measure(const struct command_call *call, struct appliance *appliance,
                      struct arena *arena, struct correction_report *out,
                      struct dp_problem *problem)
{
    struct correction_id id;
    DP_TRY(read_id(call, &id, problem));
    DP_TRY(appliance_open(call->dir, call->clock, problem, appliance));
    dp_err measured = correction_report_of(appliance, id, arena, out);
    if (err_is(measured, DP_NOT_FOUND)) {
        err_ignore(
            problem_set(problem, 0, 0, "there is no correction %s", call->positional[0]));
    }
    return measured;
}

int cmd_correction_effect(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    struct correction_report report;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    dp_err measured = measure(call, &appliance, &arena, &report, &problem);
    if (!err_is_ok(measured)) {
        return command_fail(call, measured, &problem);
    }
    return call->is_json ? print_report_json(call, &report) : print_report(call, &report);
}
