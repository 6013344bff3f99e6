/* SPDX-License-Identifier: MIT */
#include "app/service/link/link.h"

#include "app/stats/number.h"

static void texts(const struct link_answer *answer, struct json_writer *json)
{
    char date[DATE_TEXT_MAX];
    json_key(json, "metric");
    json_text(json, answer->pair.metric.code);
    json_key(json, "source");
    json_text(json, answer->pair.source);
    json_key(json, "unit");
    json_text(json, answer->unit == LAG_UNIT_MONTH ? "month" : "week");
    json_key(json, "looked");
    date_text(answer->looked, date);
    json_text(json, date);
    json_key(json, "next_look");
    date_text(answer->next_look, date);
    json_text(json, date);
}

static void count(struct json_writer *json, const char *key, size_t value)
{
    json_key(json, key);
    json_int(json, (int64_t)value);
}

static void number(struct json_writer *json, const char *key, double value)
{
    json_key(json, key);
    json_num(json, value);
}

static void filter(struct json_writer *json, const char *order, const char *phi,
                   const struct ar_fit *fit)
{
    count(json, order, fit->order);
    json_key(json, phi);
    json_open_list(json);
    for (size_t i = 0; i < fit->order; i++) {
        json_num(json, fit->phi[i]);
    }
    json_close_list(json);
}

static void by_lag(const struct lagscan_result *scan, struct json_writer *json)
{
    json_key(json, "lags");
    json_open_list(json);
    for (size_t i = 0; i < scan->lag_count; i++) {
        json_int(json, scan->lags[i]);
    }
    json_close_list(json);
    json_key(json, "r");
    json_open_list(json);
    for (size_t i = 0; i < scan->lag_count; i++) {
        json_num(json, scan->r[i]);
    }
    json_close_list(json);
    json_key(json, "pairs");
    json_open_list(json);
    for (size_t i = 0; i < scan->lag_count; i++) {
        json_int(json, (int64_t)scan->pairs[i]);
    }
    json_close_list(json);
}

/* What a refusal leaves undefined is null, never 0. */
static void best(const struct lagscan_result *scan, struct json_writer *json)
{
    bool has_lag = number_is_known(scan->best_r);
    json_key(json, "best_lag");
    if (has_lag) {
        json_int(json, scan->best_lag);
    } else {
        json_none(json);
    }
    number(json, "best_r", scan->best_r);
    number(json, "stat", scan->stat);
    number(json, "p_perm", scan->p_perm);
    number(json, "p_sidak", scan->p_sidak);
    number(json, "crit95", scan->crit95);
    json_key(json, "ci");
    json_open_list(json);
    json_num(json, scan->ci_lo);
    json_num(json, scan->ci_hi);
    json_close_list(json);
    json_key(json, "lag_set");
    json_open_list(json);
    if (has_lag) {
        json_int(json, scan->lag_lo);
        json_int(json, scan->lag_hi);
    }
    json_close_list(json);
    number(json, "mde_rho", scan->mde_rho);
}

void link_json(const struct link_answer *answer, struct json_writer *json)
{
    const struct lagscan_result *scan = &answer->scan;
    bool is_refused = scan->refusal != REFUSAL_NONE;
    json_open_object(json);
    texts(answer, json);
    count(json, "n", scan->n);
    count(json, "answers", (size_t)answer->answers);
    count(json, "teams", scan->teams);
    count(json, "K", (size_t)scan->lag_max);
    count(json, "m", scan->m);
    filter(json, "p_x", "phi_x", &scan->ar_x);
    filter(json, "p_y", "phi_y", &scan->ar_y);
    by_lag(scan, json);
    best(scan, json);
    json_key(json, "grade");
    json_text(json, grade_name(scan->grade));
    json_key(json, "verdict");
    json_text(json, verdict_name(scan->verdict));
    json_key(json, "refused");
    json_bool(json, is_refused);
    json_key(json, "reason");
    if (is_refused) {
        json_text(json, refusal_name(scan->refusal));
    } else {
        json_none(json);
    }
    count(json, "needs_more", scan->needs_more);
    count(json, "links_examined", answer->links_examined);
    count(json, "seed", (size_t)scan->seed);
    count(json, "B", scan->permutations);
    json_close_object(json);
}
