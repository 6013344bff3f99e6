/* SPDX-License-Identifier: MIT */
#include "app/service/link/scan_json.h"

#include "app/stats/number.h"
#include "app/stats/verdict.h"

static void filter(const char *order, const char *phi, const struct ar_fit *fit,
                   struct json_writer *json)
{
    json_put_count(json, order, fit->order);
    json_put_nums(json, phi, fit->phi, fit->order);
}

static void by_lag(const struct lagscan_result *scan, struct json_writer *json)
{
    json_key(json, "lags");
    json_open_list(json);
    for (size_t i = 0; i < scan->lag_count; i++) {
        json_int(json, scan->lags[i]);
    }
    json_close_list(json);
    json_put_nums(json, "r", scan->r, scan->lag_count);
    json_key(json, "pairs");
    json_open_list(json);
    for (size_t i = 0; i < scan->lag_count; i++) {
        json_int(json, (int64_t)scan->pairs[i]);
    }
    json_close_list(json);
}

static void best(const struct lagscan_result *scan, struct json_writer *json)
{
    bool has_lag = number_is_known(scan->best_r);
    json_key(json, "best_lag");
    if (has_lag) {
        json_int(json, scan->best_lag);
    } else {
        json_none(json);
    }
    json_put_num(json, "best_r", scan->best_r);
    json_put_num(json, "stat", scan->stat);
    json_put_num(json, "p_perm", scan->p_perm);
    json_put_num(json, "p_sidak", scan->p_sidak);
    json_put_num(json, "crit95", scan->crit95);
    json_put_range(json, "ci", scan->ci_lo, scan->ci_hi);
    json_key(json, "lag_set");
    json_open_list(json);
    if (has_lag) {
        json_int(json, scan->lag_lo);
        json_int(json, scan->lag_hi);
    }
    json_close_list(json);
    json_put_num(json, "mde_rho", scan->mde_rho);
}

void scan_json_verdict(const struct lagscan_result *scan, struct json_writer *json)
{
    bool is_refused = scan->refusal != REFUSAL_NONE;
    json_put_text(json, "grade", grade_name(scan->grade));
    json_put_text(json, "verdict", verdict_name(scan->verdict));
    json_put_bool(json, "refused", is_refused);
    json_put_text_or_none(json, "reason", is_refused ? refusal_name(scan->refusal) : NULL);
}

void scan_json_members(const struct lagscan_result *scan, struct json_writer *json)
{
    json_put_count(json, "teams", scan->teams);
    json_put_int(json, "K", scan->lag_max);
    json_put_count(json, "m", scan->m);
    filter("p_x", "phi_x", &scan->ar_x, json);
    filter("p_y", "phi_y", &scan->ar_y, json);
    by_lag(scan, json);
    best(scan, json);
    scan_json_verdict(scan, json);
    json_put_count(json, "needs_more", scan->needs_more);
}
