/* SPDX-License-Identifier: MIT */
#include "app/service/statsfile/statsfile_scan_json.h"

#include "app/stats/number.h"

static void put_lags(struct json_writer *json, const struct lagscan_result *r, bool is_panel)
{
    json_key(json, "lags");
    json_open_list(json);
    for (size_t i = 0; i < r->lag_count; i++) {
        json_int(json, r->lags[i]);
    }
    json_close_list(json);
    json_put_nums(json, is_panel ? "pooled_r" : "r", r->r, r->lag_count);
    json_key(json, "pairs");
    json_open_list(json);
    for (size_t i = 0; i < r->lag_count; i++) {
        json_int(json, (int64_t)r->pairs[i]);
    }
    json_close_list(json);
}

static void put_filters(struct json_writer *json, const struct lagscan_result *r,
                        const struct statsfile_scan_context *c)
{
    if (!c->is_panel) {
        json_put_count(json, "p_x", r->ar_x.order);
        json_put_nums(json, "phi_x", r->ar_x.phi, r->ar_x.order);
        json_put_count(json, "p_y", r->ar_y.order);
        json_put_nums(json, "phi_y", r->ar_y.phi, r->ar_y.order);
        return;
    }
    for (int side = 0; side < 2 && c->teams != NULL; side++) {
        json_key(json, side == 0 ? "p_x" : "p_y");
        json_open_list(json);
        for (size_t i = 0; i < c->team_count; i++) {
            if (c->teams[i].refusal == REFUSAL_NONE) {
                size_t order = side == 0 ? c->teams[i].order_x : c->teams[i].order_y;
                json_int(json, (int64_t)order);
            }
        }
        json_close_list(json);
    }
}

static void put_panel(struct json_writer *json, const struct lagscan_result *r)
{
    json_put_count(json, "teams", r->teams);
    json_put_count(json, "teams_left_out", r->teams_left_out);
    json_put_bool(json, "time_demean", r->is_time_demeaned);
    json_put_num(json, "heterogeneity_q", r->heterogeneity_q);
    json_put_num(json, "heterogeneity_p", r->heterogeneity_p);
    json_put_num(json, "i2_percent", r->heterogeneity_i2_pct);
    json_put_bool(json, "teams_differ", r->do_teams_differ);
}

static void put_pair_detail(struct json_writer *json, const struct lagscan_result *r)
{
    json_key(json, "not_adjusted");
    json_open_object(json);
    json_put_num(json, "pearson", r->raw_pearson);
    json_put_num(json, "spearman", r->raw_spearman);
    json_put_num(json, "n_eff_pyper_peterman", r->n_eff_pyper_peterman);
    json_put_num(json, "n_eff_bretherton_ar1", r->n_eff_bretherton);
    json_close_object(json);
    json_put_bool(json, "few_weeks_shape_this", r->is_shaped_by_few);
}

static void put_range(struct json_writer *json, const struct lagscan_result *r)
{
    json_put_range(json, "ci", r->ci_lo, r->ci_hi);
    json_key(json, "lag_set");
    json_open_list(json);
    json_int(json, r->lag_lo);
    json_int(json, r->lag_hi);
    json_close_list(json);
    json_put_bool(json, "lag_set_open_low", r->is_lag_lo_open);
    json_put_bool(json, "lag_set_open_high", r->is_lag_hi_open);
}

static void put_findings(struct json_writer *json, const struct lagscan_result *r,
                         const struct statsfile_scan_context *c)
{
    json_key(json, "K");
    json_int(json, r->lag_max);
    json_put_count(json, "m", r->m);
    put_filters(json, r, c);
    put_lags(json, r, c->is_panel);
    json_key(json, "best_lag");
    json_int(json, r->best_lag);
    json_put_num(json, "best_r", r->best_r);
    json_put_num(json, "stat", r->stat);
    json_put_num(json, "p_perm", r->p_perm);
    json_put_num(json, "p_sidak", r->p_sidak);
    json_put_num(json, "crit95", r->crit95);
    put_range(json, r);
    json_put_num(json, "mde_rho", r->mde_rho);
    json_put_bool(json, "same_series", r->is_same_series);
    json_put_bool(json, "rests_on_one_period", r->rests_on_one_period);
    json_put_bool(json, "season_removed", r->is_season_removed);
    json_put_bool(json, "season_open", r->is_season_open);
    if (c->is_panel) {
        put_panel(json, r);
    } else {
        put_pair_detail(json, r);
    }
}

void statsfile_scan_json(struct json_writer *json, const struct lagscan_result *r,
                         const struct statsfile_scan_context *c)
{
    bool is_refused = r->refusal != REFUSAL_NONE;
    json_put_bool(json, "refused", is_refused);
    if (is_refused) {
        json_put_text(json, "reason", refusal_name(r->refusal));
    }
    json_put_text(json, "verdict", verdict_name(r->verdict));
    json_put_text(json, "grade", grade_name(r->grade));
    json_put_bool(json, "against", r->is_against);
    json_put_bool(json, "primary", r->is_primary);
    json_put_count(json, "n", r->n);
    json_put_count(json, "n_complete", r->n_complete);
    json_put_text(json, "unit", c->unit);
    json_put_num(json, "needs_more", r->needs_more > 0 ? (double)r->needs_more : NUMBER_NONE);
    json_put_count(json, "links_examined", c->links_examined);
    json_put_num(json, "B", (double)r->permutations);
    json_key(json, "seed");
    json_int(json, (int64_t)r->seed);
    if (!is_refused) {
        put_findings(json, r, c);
    }
}
