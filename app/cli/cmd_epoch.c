/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/exchange.h"
#include "app/cli/listing.h"
#include "app/cli/say.h"
#include "app/core/mem.h"
#include "app/service/schedule/evening.h"
#include "app/service/schedule/nightly.h"
#include "storage/flushed_record.h"

enum { FLUSHED_SHOWN = 10 };

/* ---- close ---------------------------------------------------------------------------------------- */

static dp_err close_wanted(const struct command_call *call, const struct appliance *appliance,
                           struct flush_report *report, struct dp_problem *problem)
{
    const char *date = command_flag(call, "date");
    struct house house = evening_house(appliance);
    struct epoch_id epoch;
    if (date == NULL) {
        return flush_run(&house, report, problem);
    }
    if (!err_is_ok(date_parse(str_of(date), &epoch.date))) {
        return command_usage(problem, "--date takes a date such as 2026-03-09");
    }
    return flush_close(&house, epoch, true, report, problem);
}

int cmd_epoch_close(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    struct flush_report report = { 0 };
    dp_err done = appliance_open(call->dir, call->clock, &problem, &appliance);
    if (err_is_ok(done)) {
        done = close_wanted(call, &appliance, &report, &problem);
    }
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    dp_err looked = nightly_refresh(&appliance);
    if (!err_is_ok(looked)) {
        return command_fail(call, looked, NULL);
    }
    say(call->talk, "%u days closed, %u cells shown, %u hidden, %u weeks released\n",
        (unsigned)report.epochs, (unsigned)report.cells_shown, (unsigned)report.cells_hidden,
        (unsigned)report.weeks);
    if (report.waiting > 0) {
        say(call->talk, "%u days wait: the clocks do not agree yet that their time is over\n",
            (unsigned)report.waiting);
    }
    if (report.refused > 0) {
        say(call->talk,
            "daypulse: %u ballots did not fit their plan: somebody has tampered "
            "with a box\n",
            (unsigned)report.refused);
    }
    return report.refused > 0 ? EXIT_FINDINGS : EXIT_OK;
}

/* ---- status --------------------------------------------------------------------------------------- */

struct status {
    struct appliance appliance;
    struct evening_box boxes[EVENING_BOXES_MAX];
    size_t boxes_count;
    struct flushed flushed[FLUSHED_SHOWN]; /* the newest, a ring */
    size_t flushed_count;                  /* of all */
    int64_t next_s;
};

static bool keep_flushed(const struct flushed *flushed, void *context)
{
    struct status *status = context;
    status->flushed[status->flushed_count++ % FLUSHED_SHOWN] = *flushed;
    return true;
}

/* The i-th newest. */
static const struct flushed *newest(const struct status *status, size_t i)
{
    return &status->flushed[(status->flushed_count - 1 - i) % FLUSHED_SHOWN];
}

static size_t shown_count(const struct status *status)
{
    return status->flushed_count < FLUSHED_SHOWN ? status->flushed_count : FLUSHED_SHOWN;
}

static dp_err read_flushed(struct status *status)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(status->appliance.results, &txn));
    return flushed_record_each(txn, keep_flushed, status);
}

static dp_err read_status(const struct command_call *call, struct status *status,
                          struct dp_problem *problem)
{
    DP_TRY(appliance_open(call->dir, call->clock, problem, &status->appliance));
    struct house house = evening_house(&status->appliance);
    DP_TRY(evening_boxes(&status->appliance, status->boxes, &status->boxes_count));
    DP_TRY(flush_next_due(&house, &status->next_s));
    return read_flushed(status);
}

static const char *state_of(const struct evening_box *box, int64_t now_s)
{
    if (box->is_closed) {
        return "closed";
    }
    if (now_s < box->open_s) {
        return "ahead";
    }
    return now_s < box->close_s ? "open" : "overdue";
}

static int print_json(const struct command_call *call, const struct status *status)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    int64_t now_s = clock_wall_s(&call->clock);
    json_open_object(&json);
    json_key(&json, "boxes");
    json_open_list(&json);
    for (size_t i = 0; i < status->boxes_count; i++) {
        json_open_object(&json);
        json_put_date_or_none(&json, "epoch", status->boxes[i].epoch.date);
        json_put_text(&json, "state", state_of(&status->boxes[i], now_s));
        exchange_json_moment(&json, "opens", status->boxes[i].open_s);
        exchange_json_moment(&json, "closes", status->boxes[i].close_s);
        json_close_object(&json);
    }
    json_close_list(&json);
    json_key(&json, "flushed");
    json_open_list(&json);
    for (size_t i = 0; i < shown_count(status); i++) {
        json_open_object(&json);
        json_put_date_or_none(&json, "epoch", newest(status, i)->epoch.date);
        json_put_count(&json, "cells", newest(status, i)->cells);
        json_close_object(&json);
    }
    json_close_list(&json);
    exchange_json_moment(&json, "next_look", status->next_s);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

static int print_table(const struct command_call *call, const struct status *status)
{
    static const char *const headings[] = { "day", "state", "opens", "closes", "cells" };
    LISTING_AUTO struct listing listing = listing_new("llllr");
    int64_t now_s = clock_wall_s(&call->clock);
    char day[DATE_TEXT_MAX];
    char moment[EXCHANGE_MOMENT_MAX];
    if (status->boxes_count == 0 && status->flushed_count == 0) {
        say(call->talk, "There is no box yet; daypulse up makes them once people are in the "
                        "roster.\n");
        return EXIT_OK;
    }
    listing_row(&listing, headings);
    for (size_t i = status->boxes_count; i-- > 0;) {
        const struct evening_box *box = &status->boxes[i];
        date_text(box->epoch.date, day);
        listing_cell(&listing, day);
        listing_cell(&listing, state_of(box, now_s));
        exchange_moment(box->open_s, moment);
        listing_cell(&listing, box->open_s == 0 ? "" : moment);
        exchange_moment(box->close_s, moment);
        listing_cell(&listing, box->close_s == 0 ? "" : moment);
        listing_cell(&listing, "");
    }
    for (size_t i = 0; i < shown_count(status); i++) {
        date_text(newest(status, i)->epoch.date, day);
        listing_cell(&listing, day);
        listing_cell(&listing, "flushed");
        listing_cell(&listing, "");
        listing_cell(&listing, "");
        listing_cell_int(&listing, newest(status, i)->cells);
    }
    dp_err printed = listing_print(&listing, call->out);
    return err_is_ok(printed) ? EXIT_OK : command_fail(call, printed, NULL);
}

int cmd_epoch_status(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    MEM_AUTO struct status *status = mem_new(1, sizeof *status);
    if (status == NULL) {
        return command_fail(call, err_make(DP_NO_MEMORY), NULL);
    }
    dp_err read = read_status(call, status, &problem);
    int code = EXIT_OK;
    if (!err_is_ok(read)) {
        code = command_fail(call, read, &problem);
    } else {
        code = call->is_json ? print_json(call, status) : print_table(call, status);
    }
    appliance_close(&status->appliance);
    return code;
}
