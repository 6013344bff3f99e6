/* SPDX-License-Identifier: MIT */
#include "app/service/link/link.h"

#include "app/service/link/primary.h"
#include "app/service/link/scan_json.h"
#include "app/stats/number.h"

/* Never for a page: r without an interval, and what autocorrelation leaves of n. */
static void not_adjusted(const struct lagscan_result *scan, struct json_writer *json)
{
    bool has_detail = number_is_known(scan->best_r) && scan->teams == 1;
    json_key(json, "not_adjusted");
    if (!has_detail) {
        json_none(json);
        return;
    }
    json_open_object(json);
    json_put_num(json, "pearson", scan->raw_pearson);
    json_put_num(json, "spearman", scan->raw_spearman);
    json_put_num(json, "n_eff_pyper_peterman", scan->n_eff_pyper_peterman);
    json_put_num(json, "n_eff_bretherton", scan->n_eff_bretherton);
    json_close_object(json);
}

static void heterogeneity(const struct lagscan_result *scan, struct json_writer *json)
{
    json_key(json, "heterogeneity");
    if (!number_is_known(scan->heterogeneity_q)) {
        json_none(json);
        return;
    }
    json_open_object(json);
    json_put_num(json, "q", scan->heterogeneity_q);
    json_put_num(json, "p", scan->heterogeneity_p);
    json_put_num(json, "i2_pct", scan->heterogeneity_i2_pct);
    json_put_bool(json, "do_teams_differ", scan->do_teams_differ);
    json_close_object(json);
}

static void compared(const struct link_answer *answer, struct json_writer *json)
{
    json_key(json, "teams_compared");
    json_open_list(json);
    for (size_t i = 0; i < answer->team_count; i++) {
        const struct link_team *team = &answer->teams[i];
        if (!team->is_compared) {
            continue;
        }
        json_open_object(json);
        json_put_text(json, "team", team->name);
        json_put_num(json, "r", team->r);
        json_put_range(json, "ci", team->ci_lo, team->ci_hi);
        json_put_count(json, "pairs", team->pairs);
        json_close_object(json);
    }
    json_close_list(json);
}

void primary_question_json(const struct primary_question *question, struct json_writer *json)
{
    json_put_count(json, "number", question->number);
    json_put_text(json, "metric", question->metric);
    json_put_text(json, "source", question->source);
    json_put_text(json, "unit", question->unit == PERIOD_MONTH ? "month" : "week");
    json_put_int(json, "lag", question->lag);
    json_put_date(json, "registered", question->registered);
    json_put_text(json, "actor", question->actor);
    json_put_date_or_none(json, "counts_from", question->counts_from);
}

static void primary(const struct link_answer *answer, struct json_writer *json)
{
    const struct link_primary *asked = &answer->primary;
    json_key(json, "primary");
    if (!answer->has_primary) {
        json_none(json);
        return;
    }
    json_open_object(json);
    primary_question_json(&asked->question, json);
    json_put_date(json, "looked", asked->looked);
    json_put_date(json, "next_look", asked->next_look);
    json_put_bool(json, "figures_changed", asked->is_changed);
    json_put_count(json, "n", asked->scan.n);
    json_put_count(json, "n_complete", asked->scan.n_complete);
    json_put_count(json, "answers", (size_t)asked->answers);
    scan_json_members(&asked->scan, json);
    json_close_object(json);
}

void link_json(const struct link_answer *answer, struct json_writer *json)
{
    const struct lagscan_result *scan = &answer->scan;
    json_open_object(json);
    json_put_text(json, "metric", answer->pair.metric.code);
    json_put_text(json, "source", answer->pair.source);
    json_put_text(json, "unit", lag_unit_name(answer->unit));
    json_put_date(json, "looked", answer->looked);
    json_put_date(json, "next_look", answer->next_look);
    json_put_bool(json, "figures_changed", answer->is_changed);
    json_put_count(json, "n", scan->n);
    json_put_count(json, "n_complete", scan->n_complete);
    json_put_count(json, "answers", (size_t)answer->answers);
    scan_json_members(scan, json);
    json_put_count(json, "links_examined", answer->links_examined);
    json_put_count(json, "seed", (size_t)scan->seed);
    json_put_count(json, "B", scan->permutations);
    not_adjusted(scan, json);
    heterogeneity(scan, json);
    compared(answer, json);
    primary(answer, json);
    json_close_object(json);
}
