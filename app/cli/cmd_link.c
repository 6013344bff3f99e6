/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include <string.h>

#include "app/cli/exchange.h"
#include "app/cli/listing.h"
#include "app/cli/say.h"
#include "app/core/num.h"
#include "app/service/link/primary.h"
#include "app/service/link/scan_json.h"
#include "app/text/verdict_text.h"

enum { ARENA_BYTES = 64 << 20, SENTENCES_MAX = 16384 };

/* ---- All pairs ------------------------------------------------------------------------------------ */

static void json_entry(struct json_writer *json, const struct link_entry *entry)
{
    const struct link_pair *pair = &entry->pair;
    json_open_object(json);
    json_put_text(json, "metric", pair->metric.code);
    json_put_text(json, "source", pair->source);
    json_put_count(json, "points", pair->points);
    json_put_date_or_none(json, "first", pair->first);
    json_put_date_or_none(json, "last", pair->last);
    scan_json_verdict(&entry->scan, json);
    json_put_bool(json, "has_primary", entry->has_primary);
    json_put_date_or_none(json, "looked", entry->looked);
    json_put_date_or_none(json, "next_look", entry->next_look);
    json_put_bool(json, "figures_changed", entry->is_changed);
    json_close_object(json);
}

static void json_question(struct json_writer *json, const struct primary_entry *entry)
{
    json_open_object(json);
    primary_question_json(&entry->question, json);
    json_put_bool(json, "is_open", entry->is_open);
    json_put_bool(json, "is_answered", entry->is_answered);
    json_put_text_or_none(json, "grade",
                          entry->is_answered ? grade_name(entry->scan.grade) : NULL);
    json_close_object(json);
}

/* What `link show` says without a metric. */
struct link_overview {
    const struct link_entry *entries;
    size_t count;
    const struct primary_entry *questions; /* asked in advance, newest first */
    size_t question_count;
};

static int print_all_json(const struct command_call *call, const struct link_overview *all)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_key(&json, "pairs");
    json_open_list(&json);
    for (size_t i = 0; i < all->count; i++) {
        json_entry(&json, &all->entries[i]);
    }
    json_close_list(&json);
    json_key(&json, "questions");
    json_open_list(&json);
    for (size_t i = 0; i < all->question_count; i++) {
        json_question(&json, &all->questions[i]);
    }
    json_close_list(&json);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

static int print_all(const struct command_call *call, const struct link_overview *all)
{
    static const char *const headings[] = { "metric", "source", "evidence", "next look",
                                            "name" };
    LISTING_AUTO struct listing listing = listing_new("lllll");
    if (all->count == 0) {
        say(call->talk, "No outcomes have been imported yet: daypulse outcomes import FILE\n");
        return EXIT_OK;
    }
    listing_row(&listing, headings);
    for (size_t i = 0; i < all->count; i++) {
        const struct link_entry *entry = &all->entries[i];
        struct str badge = text_plain(LANGUAGE_EN, verdict_text_badge(&entry->scan));
        char next[DATE_TEXT_MAX];
        date_text(entry->next_look, next);
        listing_cell(&listing, entry->pair.metric.code);
        listing_cell(&listing, entry->pair.source);
        listing_cell_fmt(&listing, "%.*s", STR_ARG(badge));
        listing_cell(&listing, entry->scan.refusal == REFUSAL_NONE ? next : "with more data");
        listing_cell(&listing, entry->pair.metric.name[LANGUAGE_EN]);
    }
    dp_err printed = listing_print(&listing, call->out);
    return err_is_ok(printed) ? EXIT_OK : command_fail(call, printed, NULL);
}

static int show_all(const struct command_call *call, const struct appliance *appliance)
{
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct link_overview all = { 0 };
    dp_err found = link_list(appliance, LANGUAGE_EN, &arena, &all.entries, &all.count);
    if (err_is_ok(found)) {
        found = primary_list(appliance, &arena, &all.questions, &all.question_count);
    }
    if (!err_is_ok(found)) {
        return command_fail(call, found, NULL);
    }
    return call->is_json ? print_all_json(call, &all) : print_all(call, &all);
}

/* ---- One pair ------------------------------------------------------------------------------------- */

static void add_line(struct buf *text, enum text words)
{
    buf_add_text(text, "- ");
    buf_add(text, text_plain(LANGUAGE_EN, words));
    buf_add_char(text, '\n');
}

static void add_primary(struct buf *text, const struct link_answer *answer)
{
    const struct link_primary *asked = &answer->primary;
    char from[DATE_TEXT_MAX];
    struct verdict_subject subject = { .metric = &answer->pair.metric,
                                       .unit = asked->unit,
                                       .next_look = asked->next_look };
    buf_add_text(text, "Asked in advance: ");
    verdict_text_question(text, LANGUAGE_EN, &subject, asked->question.lag);
    buf_add_char(text, '\n');
    verdict_text_primary(text, LANGUAGE_EN, &asked->scan, &subject);
    if (asked->question.counts_from.days > 0) {
        date_text(asked->question.counts_from, from);
        buf_fmt(text, " Counts from %s on.", from);
    }
    buf_add_text(text, "\n\n");
}

static void add_direction(struct buf *text, const struct link_answer *answer,
                          const struct verdict_subject *subject, enum verdict_side side)
{
    bool is_ahead = side == SIDE_ENGAGEMENT_FIRST;
    buf_add(text,
            text_plain(LANGUAGE_EN, is_ahead ? TEXT_SIDE_ENGAGEMENT : TEXT_SIDE_CUSTOMERS));
    buf_add_text(text, ": ");
    verdict_text_side(text, LANGUAGE_EN, &answer->scan, subject, side);
    buf_add_char(text, '\n');
}

static void add_answer(struct buf *text, const struct link_answer *answer)
{
    enum text notes[VERDICT_TEXT_NOTES_MAX];
    struct verdict_subject subject = { .metric = &answer->pair.metric,
                                       .unit = answer->unit,
                                       .links_examined = answer->links_examined,
                                       .next_look = answer->next_look };
    if (answer->has_primary) {
        add_primary(text, answer);
    }
    verdict_text(text, LANGUAGE_EN, &answer->scan, &subject);
    if (answer->is_changed) {
        buf_add_char(text, ' ');
        text_add(text, LANGUAGE_EN, TEXT_LINK_CHANGED, TEXT_VALUES(text_date(answer->next_look)));
    }
    buf_add_char(text, '\n');
    if (answer->scan.refusal == REFUSAL_NONE) {
        add_direction(text, answer, &subject, SIDE_ENGAGEMENT_FIRST);
        add_direction(text, answer, &subject, SIDE_CUSTOMERS_FIRST);
    }
    size_t count = verdict_text_notes(&answer->scan, notes);
    for (size_t i = 0; i < count; i++) {
        add_line(text, notes[i]);
    }
}

static int print_answer(const struct command_call *call, const struct link_answer *answer)
{
    BUF_AUTO struct buf text = buf_new(SENTENCES_MAX);
    char looked[DATE_TEXT_MAX];
    char next[DATE_TEXT_MAX];
    add_answer(&text, answer);
    dp_err written = buf_finish(&text);
    if (!err_is_ok(written)) {
        return command_fail(call, written, NULL);
    }
    date_text(answer->looked, looked);
    date_text(answer->next_look, next);
    say(call->talk, "%s by %s, looked at on %s, next on %s\n",
        answer->pair.metric.name[LANGUAGE_EN], answer->pair.source, looked, next);
    say(call->out, "%.*s", STR_ARG(buf_str(&text)));
    return EXIT_OK;
}

static int print_answer_json(const struct command_call *call, const struct link_answer *answer)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    link_json(answer, &json);
    return exchange_print_json(call, &json);
}

static int show_answer(const struct command_call *call, const struct appliance *appliance)
{
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct link_answer answer;
    struct dp_problem problem = { 0 };
    struct str metric = str_of(call->positional[0]);
    struct str source = str_of(command_flag_or(call, "source", ""));
    dp_err found = link_look(appliance, metric, source, &arena, &answer);
    if (err_is(found, DP_NOT_FOUND)) {
        err_ignore(problem_set(&problem, 0, 0, "no outcome '%s'%s%.*s was imported",
                               call->positional[0], source.len > 0 ? " of source " : "",
                               STR_ARG(source)));
    }
    if (!err_is_ok(found)) {
        return command_fail(call, found, &problem);
    }
    return call->is_json ? print_answer_json(call, &answer) : print_answer(call, &answer);
}

int cmd_link_show(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    dp_err opened = appliance_open(call->dir, call->clock, &problem, &appliance);
    if (!err_is_ok(opened)) {
        return command_fail(call, opened, &problem);
    }
    return call->positional_count == 0 ? show_all(call, &appliance)
                                       : show_answer(call, &appliance);
}

/* ---- Asking in advance ---------------------------------------------------------------------------- */

static dp_err read_request(const struct command_call *call, struct primary_request *out,
                           struct dp_problem *problem)
{
    const char *lag = command_flag(call, "lag");
    const char *unit = command_flag(call, "unit");
    int64_t number = 0;
    bool is_month = unit != NULL && strcmp(unit, "month") == 0;
    if (lag == NULL ||
        !err_is_ok(num_int(str_of(lag), -PRIMARY_LAG_MAX, PRIMARY_LAG_MAX, &number))) {
        return command_usage(problem,
                             "--lag wants a number of periods; below 0 customers come first");
    }
    if (unit != NULL && !is_month && strcmp(unit, "week") != 0) {
        return command_usage(problem, "--unit is week or month, not '%s'", unit);
    }
    *out = (struct primary_request){ .metric = str_of(call->positional[0]),
                                     .source = str_of(command_flag_or(call, "source", "")),
                                     .has_unit = unit != NULL,
                                     .unit = is_month ? PERIOD_MONTH : PERIOD_WEEK,
                                     .lag = (int)number,
                                     .actor = "cli" };
    return DP_SUCCESS;
}

static int print_question(const struct command_call *call,
                          const struct primary_question *question)
{
    char from[DATE_TEXT_MAX];
    if (call->is_json) {
        BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
        struct json_writer json = json_writer_new(&text, JSON_COMPACT);
        json_open_object(&json);
        primary_question_json(question, &json);
        json_close_object(&json);
        return exchange_print_json(call, &json);
    }
    say(call->talk, "Question %u is registered: %s by %s, lag %d %s.\n", question->number,
        question->metric, question->source, question->lag,
        question->unit == PERIOD_MONTH ? "months" : "weeks");
    if (question->counts_from.days > 0) {
        date_text(question->counts_from, from);
        say(call->talk, "Figures or results were known already, so only what happens from %s on counts.\n",
            from);
    }
    return EXIT_OK;
}

int cmd_link_register(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    struct primary_request request;
    struct primary_question question;
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    dp_err done = read_request(call, &request, &problem);
    if (err_is_ok(done)) {
        done = appliance_open(call->dir, call->clock, &problem, &appliance);
    }
    if (err_is_ok(done)) {
        done = primary_register(&appliance, &request, &question, &problem);
    }
    return err_is_ok(done) ? print_question(call, &question)
                           : command_fail(call, done, &problem);
}
