/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/checkup.h"
#include "app/cli/exchange.h"
#include "app/cli/say.h"
#include "app/service/appliance/appliance.h"
#include "storage/audit_record.h"

/* ---- audit verify --------------------------------------------------------------------------------- */

static dp_err verify(const struct command_call *call, uint64_t *entries,
                     struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    DP_TRY(appliance_open(call->dir, call->clock, problem, &appliance));
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance.office, &txn));
    return audit_record_verify(txn, entries, problem);
}

static int print_verified_json(const struct command_call *call, dp_err verified,
                               uint64_t entries, const struct dp_problem *problem)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_put_bool(&json, "ok", err_is_ok(verified));
    json_put_count(&json, "entries", entries);
    json_put_text(&json, "sentence", problem->sentence);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

int cmd_audit_verify(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    uint64_t entries = 0;
    dp_err verified = verify(call, &entries, &problem);
    bool is_broken = err_is(verified, DP_CORRUPT);
    if (!err_is_ok(verified) && !is_broken) {
        return command_fail(call, verified, &problem);
    }
    int code = is_broken ? EXIT_FINDINGS : EXIT_OK;
    if (call->is_json) {
        int printed = print_verified_json(call, verified, entries, &problem);
        return printed == EXIT_OK ? code : printed;
    }
    if (is_broken) {
        say(call->talk, "daypulse: %s\n", problem.sentence);
    } else {
        say(call->out, "%llu entries, each with the hash of the one before\n",
            (unsigned long long)entries);
    }
    return code;
}

/* ---- doctor and health ---------------------------------------------------------------------------- */

static const char *state_name(enum checkup_state state)
{
    static const char *const names[] = { "ok", "note", "problem" };
    return names[state];
}

static int print_findings_json(const struct command_call *call, const struct checkup *checkup)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_put_text(&json, "version", DP_VERSION);
    json_put_bool(&json, "ok", !checkup->has_problem);
    json_key(&json, "findings");
    json_open_list(&json);
    for (size_t i = 0; i < checkup->count; i++) {
        json_open_object(&json);
        json_put_text(&json, "subject", checkup->findings[i].subject);
        json_put_text(&json, "state", state_name(checkup->findings[i].state));
        json_put_text(&json, "sentence", checkup->findings[i].sentence);
        json_close_object(&json);
    }
    json_close_list(&json);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

int cmd_doctor(const struct command_call *call)
{
    struct checkup checkup = { 0 };
    checkup_run(call->config, &call->clock, &checkup);
    int code = checkup.has_problem ? EXIT_FINDINGS : EXIT_OK;
    if (call->is_json) {
        int printed = print_findings_json(call, &checkup);
        return printed == EXIT_OK ? code : printed;
    }
    say(call->out, "daypulse %s\n", DP_VERSION);
    for (size_t i = 0; i < checkup.count; i++) {
        say(call->out, "%-8s %-12s %s\n", state_name(checkup.findings[i].state),
            checkup.findings[i].subject, checkup.findings[i].sentence);
    }
    return code;
}

int cmd_health(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    dp_err healthy = checkup_health(call->config, &call->clock, &problem);
    if (!err_is_ok(healthy)) {
        command_fail(call, healthy, &problem);
        return EXIT_FAILED;
    }
    say(call->out, "ok\n");
    return EXIT_OK;
}
