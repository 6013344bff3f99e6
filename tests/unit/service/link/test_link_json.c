/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "app/stats/number.h"
#include "tests/support/support.h"
#include "tests/unit/service/link/world.h"

enum { JSON_MAX = 1 << 16 };

/* Everything that statistics.md 8 asks for, and what stands beside it. */
static const char *const members[] = { "n",
                                       "unit",
                                       "K",
                                       "m",
                                       "p_x",
                                       "phi_x",
                                       "p_y",
                                       "phi_y",
                                       "lags",
                                       "r",
                                       "pairs",
                                       "best_lag",
                                       "best_r",
                                       "stat",
                                       "p_perm",
                                       "p_sidak",
                                       "crit95",
                                       "ci",
                                       "lag_set",
                                       "mde_rho",
                                       "grade",
                                       "verdict",
                                       "refused",
                                       "reason",
                                       "needs_more",
                                       "links_examined",
                                       "seed",
                                       "B",
                                       "primary",
                                       "metric",
                                       "source",
                                       "looked",
                                       "next_look",
                                       "n_complete",
                                       "answers",
                                       "teams",
                                       "not_adjusted",
                                       "heterogeneity",
                                       "teams_compared" };

struct parsed {
    struct buf text;
    struct json_doc *doc;
    struct json_value root;
};

static struct parsed parse(const struct link_answer *answer)
{
    struct parsed parsed = { .text = buf_new(JSON_MAX) };
    struct json_writer json = json_writer_new(&parsed.text, JSON_COMPACT);
    link_json(answer, &json);
    assert_ok(json_finish(&json));
    assert_ok(json_parse(buf_str(&parsed.text), JSON_MAX, &parsed.doc, NULL));
    parsed.root = json_root(parsed.doc);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (json_kind_of(json_get(parsed.root, members[i])) == JSON_KIND_ABSENT) {
            fail_msg("no member \"%s\"", members[i]);
        }
    }
    return parsed;
}

static void forget(struct parsed *parsed)
{
    json_doc_free(parsed->doc);
    buf_free(&parsed->text);
}

static double number(struct json_value object, const char *key)
{
    double value = 0;
    assert_ok(json_read_double(json_get(object, key), &value));
    return value;
}

static void assert_text(struct json_value object, const char *key, const char *wanted)
{
    struct str text;
    assert_ok(json_read_text(json_get(object, key), &text));
    assert_true(str_equal(text, str_of(wanted)));
}

static bool is_null(struct json_value object, const char *key)
{
    return json_kind_of(json_get(object, key)) == JSON_KIND_NULL;
}

static double at(struct json_value object, const char *key, size_t place)
{
    double value = 0;
    assert_ok(json_read_double(json_at(json_get(object, key), place), &value));
    return value;
}

static struct link_answer look(struct world *world, struct arena *arena)
{
    struct link_answer answer;
    assert_ok(link_look(&world->firm.appliance, WORLD_METRIC, STR(""), arena, &answer));
    return answer;
}

/* A refusal says so and why; what is not defined is null, never 0. */
static void test_link_json_refused_is_null_where_undefined(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    static const char *const undefined[] = { "best_lag", "best_r",       "stat",
                                             "p_perm",   "p_sidak",      "crit95",
                                             "mde_rho",  "not_adjusted", "heterogeneity",
                                             "primary" };
    world_imagine(world, true);
    world_live(world, 15);
    struct link_answer answer = look(world, &arena);
    struct parsed json = parse(&answer);
    bool is_refused = false;
    assert_ok(json_read_bool(json_get(json.root, "refused"), &is_refused));
    assert_true(is_refused);
    assert_text(json.root, "reason", "too_few_periods");
    assert_text(json.root, "verdict", "chart_only");
    assert_text(json.root, "grade", "none");
    assert_true(number(json.root, "needs_more") >= 4);
    for (size_t i = 0; i < sizeof undefined / sizeof undefined[0]; i++) {
        if (!is_null(json.root, undefined[i])) {
            fail_msg("\"%s\" is not null", undefined[i]);
        }
    }
    assert_int_equal(json_kind_of(json_at(json_get(json.root, "ci"), 0)), JSON_KIND_NULL);
    assert_int_equal(json_count(json_get(json.root, "lag_set")), 0);
    forget(&json);
}

/* A panel that was scanned: the numbers are the scan's, lag by lag. */
static void test_link_json_panel_holds_the_scan(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    world_imagine(world, true);
    world_live(world, 60);
    struct link_answer answer = look(world, &arena);
    struct parsed json = parse(&answer);
    const struct lagscan_result *scan = &answer.scan;
    assert_text(json.root, "metric", "csat_mean");
    assert_text(json.root, "source", "file");
    assert_text(json.root, "unit", "week");
    assert_text(json.root, "grade", "strong");
    assert_text(json.root, "verdict", "leads");
    assert_true(is_null(json.root, "reason") && is_null(json.root, "primary"));
    assert_true(is_null(json.root, "not_adjusted"));
    assert_int_equal(number(json.root, "n"), 60);
    assert_int_equal(number(json.root, "K"), 8);
    assert_int_equal(number(json.root, "B"), 999);
    assert_int_equal(number(json.root, "links_examined"), 1);
    assert_int_equal(number(json.root, "best_lag"), 2);
    assert_true(fabs(number(json.root, "best_r") - scan->best_r) < 1e-14);
    assert_true(fabs(at(json.root, "ci", 0) - scan->ci_lo) < 1e-14);
    assert_true(fabs(at(json.root, "ci", 1) - scan->ci_hi) < 1e-14);
    assert_int_equal(json_count(json_get(json.root, "lags")), 17);
    for (size_t i = 0; i < 17; i++) {
        assert_int_equal(at(json.root, "lags", i), (int)i - 8);
        assert_true(fabs(at(json.root, "r", i) - scan->r[i]) < 1e-14);
        assert_int_equal(at(json.root, "pairs", i), scan->pairs[i]);
    }
    assert_int_equal(json_count(json_get(json.root, "teams_compared")), WORLD_TEAMS);
    struct json_value team = json_at(json_get(json.root, "teams_compared"), 0);
    assert_text(team, "team", "East");
    assert_true(at(team, "ci", 0) < number(team, "r"));
    struct json_value agree = json_get(json.root, "heterogeneity");
    assert_true(fabs(number(agree, "q") - scan->heterogeneity_q) < 1e-12);
    forget(&json);
}

/* One pair of series: its filters, and what is only there "not adjusted". */
static void test_link_json_pair_has_filters_and_raw_figures(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    world->teams_with_outcomes = 1;
    world_imagine(world, true);
    world_live(world, 60);
    struct link_answer answer = look(world, &arena);
    struct parsed json = parse(&answer);
    assert_true(is_null(json.root, "heterogeneity"));
    assert_int_equal(json_count(json_get(json.root, "phi_x")),
                     (size_t)number(json.root, "p_x"));
    assert_int_equal(json_count(json_get(json.root, "phi_y")),
                     (size_t)number(json.root, "p_y"));
    assert_true(number(json.root, "p_x") >= 1);
    struct json_value raw = json_get(json.root, "not_adjusted");
    assert_true(fabs(number(raw, "pearson") - answer.scan.raw_pearson) < 1e-14);
    assert_true(fabs(number(raw, "spearman") - answer.scan.raw_spearman) < 1e-14);
    assert_true(number(raw, "n_eff_pyper_peterman") < 60);
    assert_true(number(raw, "n_eff_bretherton") < 60);
    forget(&json);
}

/* A question that was asked in advance stands beside the scan of all lags, with a scan of its own. */
static void test_link_json_primary_is_a_scan_of_one_lag(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    struct dp_problem problem = { 0 };
    struct primary_question question;
    struct primary_request request = {
        .metric = WORLD_METRIC, .source = WORLD_SOURCE, .lag = 2, .actor = "hr"
    };
    assert_ok(primary_register(&world->firm.appliance, &request, &question, &problem));
    world_imagine(world, true);
    world_live(world, 60);
    struct link_answer answer = look(world, &arena);
    struct parsed json = parse(&answer);
    struct json_value primary = json_get(json.root, "primary");
    assert_text(primary, "metric", "csat_mean");
    assert_text(primary, "unit", "week");
    assert_text(primary, "registered", "2026-03-02");
    assert_text(primary, "actor", "hr");
    assert_true(is_null(primary, "counts_from"));
    assert_int_equal(number(primary, "lag"), 2);
    assert_int_equal(number(primary, "number"), 1);
    assert_int_equal(json_count(json_get(primary, "lags")), 1);
    assert_int_equal(number(primary, "best_lag"), 2);
    assert_text(primary, "grade", "strong");
    assert_true(number(primary, "crit95") < number(json.root, "crit95"));
    assert_int_equal(number(json.root, "links_examined"), 1);
    forget(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_link_json_refused_is_null_where_undefined),
        WORLD_TEST(test_link_json_panel_holds_the_scan),
        WORLD_TEST(test_link_json_pair_has_filters_and_raw_figures),
        WORLD_TEST(test_link_json_primary_is_a_scan_of_one_lag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
