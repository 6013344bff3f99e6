/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/exchange.h"
#include "app/cli/listing.h"
#include "app/cli/say.h"
#include "app/service/link/link.h"
#include "app/text/verdict_text.h"

enum { ARENA_BYTES = 64 << 20, SENTENCES_MAX = 16384 };

/* ---- All pairs ------------------------------------------------------------------------------------ */

static void json_pair(struct json_writer *json, const struct link_pair *pair)
{
    json_open_object(json);
    exchange_json_text(json, "metric", pair->metric.code);
    exchange_json_text(json, "source", pair->source);
    exchange_json_count(json, "points", pair->points);
    exchange_json_date(json, "first", pair->first);
    exchange_json_date(json, "last", pair->last);
    json_close_object(json);
}

static int print_pairs_json(const struct command_call *call, const struct link_pair *pairs,
                            size_t count)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_key(&json, "pairs");
    json_open_list(&json);
    for (size_t i = 0; i < count; i++) {
        json_pair(&json, &pairs[i]);
    }
    json_close_list(&json);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

static int print_pairs(const struct command_call *call, const struct link_pair *pairs,
                       size_t count)
{
    static const char *const headings[] = { "metric", "source", "points",
                                            "first",  "last",   "name" };
    LISTING_AUTO struct listing listing = listing_new("llrlll");
    if (count == 0) {
        say(call->talk, "No outcomes have been imported yet: daypulse outcomes import FILE\n");
        return EXIT_OK;
    }
    listing_row(&listing, headings);
    for (size_t i = 0; i < count; i++) {
        char first[DATE_TEXT_MAX];
        char last[DATE_TEXT_MAX];
        date_text(pairs[i].first, first);
        date_text(pairs[i].last, last);
        listing_cell(&listing, pairs[i].metric.code);
        listing_cell(&listing, pairs[i].source);
        listing_cell_int(&listing, (int64_t)pairs[i].points);
        listing_cell(&listing, first);
        listing_cell(&listing, last);
        listing_cell(&listing, pairs[i].metric.name[LANGUAGE_EN]);
    }
    dp_err printed = listing_print(&listing, call->out);
    return err_is_ok(printed) ? EXIT_OK : command_fail(call, printed, NULL);
}

static int show_pairs(const struct command_call *call, const struct appliance *appliance)
{
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    dp_err found = link_pairs(appliance, &arena, &pairs, &count);
    if (!err_is_ok(found)) {
        return command_fail(call, found, NULL);
    }
    return call->is_json ? print_pairs_json(call, pairs, count)
                         : print_pairs(call, pairs, count);
}

/* ---- One pair ------------------------------------------------------------------------------------- */

static int print_answer(const struct command_call *call, const struct link_answer *answer)
{
    BUF_AUTO struct buf text = buf_new(SENTENCES_MAX);
    enum text notes[VERDICT_TEXT_NOTES_MAX];
    char looked[DATE_TEXT_MAX];
    char next[DATE_TEXT_MAX];
    struct verdict_subject subject = { .metric = &answer->pair.metric,
                                       .unit = answer->unit,
                                       .links_examined = answer->links_examined,
                                       .next_look = answer->next_look };
    verdict_text(&text, LANGUAGE_EN, &answer->scan, &subject);
    buf_add_char(&text, '\n');
    size_t count = verdict_text_notes(&answer->scan, notes);
    for (size_t i = 0; i < count; i++) {
        buf_add_text(&text, "- ");
        buf_add(&text, text_plain(LANGUAGE_EN, notes[i]));
        buf_add_char(&text, '\n');
    }
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
    return call->positional_count == 0 ? show_pairs(call, &appliance)
                                       : show_answer(call, &appliance);
}
