/* SPDX-License-Identifier: MIT */
#include "app/survey/metric.h"

/* Code, names, unit, shape, which way is better, range. A month is long enough for any first answer;
 * more is a mistake in the file. */
static const struct metric defaults[] = {
    { "csat_mean",
      { "CSAT (mean)", "CSAT (Mittelwert)" },
      "1-5",
      METRIC_MEAN,
      BETTER_HIGHER,
      1.0,
      5.0,
      false },
    { "csat_top_box",
      { "CSAT (top box)", "CSAT (Anteil der Bestnoten)" },
      "%",
      METRIC_SHARE_PCT,
      BETTER_HIGHER,
      0.0,
      100.0,
      false },
    { "nps",
      { "NPS (recommendation score)", "NPS (Empfehlungswert)" },
      "-100 to 100",
      METRIC_NPS,
      BETTER_HIGHER,
      -100.0,
      100.0,
      false },
    { "one_call_resolution",
      { "One-call resolution", "Beim ersten Kontakt gelöst" },
      "%",
      METRIC_SHARE_PCT,
      BETTER_HIGHER,
      0.0,
      100.0,
      false },
    { "handle_time",
      { "Average handle time", "Mittlere Bearbeitungszeit" },
      "s",
      METRIC_SECONDS,
      BETTER_LOWER,
      0.0,
      86400.0,
      false },
    { "waiting_time",
      { "Waiting time", "Wartezeit" },
      "s",
      METRIC_SECONDS,
      BETTER_LOWER,
      0.0,
      86400.0,
      false },
    { "first_response_time",
      { "First response time", "Zeit bis zur ersten Antwort" },
      "s",
      METRIC_SECONDS,
      BETTER_LOWER,
      0.0,
      2678400.0,
      false },
    { "complaints_per_1000",
      { "Complaints per 1,000", "Beschwerden je 1.000" },
      "per 1,000",
      METRIC_RATE,
      BETTER_LOWER,
      0.0,
      1000.0,
      false },
    { "absence",
      { "Absence", "Abwesenheit" },
      "%",
      METRIC_SHARE_PCT,
      BETTER_LOWER,
      0.0,
      100.0,
      false },
    { "turnover",
      { "Turnover (yearly)", "Fluktuation (jährlich)" },
      "%",
      METRIC_RATE,
      BETTER_LOWER,
      0.0,
      500.0,
      false },
    { "employee_satisfaction",
      { "Employee satisfaction", "Zufriedenheit der Beschäftigten" },
      "%",
      METRIC_SHARE_PCT,
      BETTER_HIGHER,
      0.0,
      100.0,
      false },
};

const struct metric *metric_defaults(size_t *count)
{
    *count = sizeof defaults / sizeof defaults[0];
    return defaults;
}

const struct metric *metric_find(struct str code)
{
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
        if (str_equal(code, str_of(defaults[i].code))) {
            return &defaults[i];
        }
    }
    return NULL;
}

/* The length tells the three forms apart: "2026-03" is 7, "2026-W10" 8, "2026-03-09" 10. */
dp_err period_parse(struct str text, enum period_kind *kind, struct date *start)
{
    enum period_kind found = PERIOD_DAY;
    dp_err err = err_make(DP_INVALID);
    if (text.len == DATE_TEXT_MAX - 1) {
        err = date_parse(text, start);
    }
    if (text.len == WEEK_TEXT_MAX - 1) {
        found = PERIOD_WEEK;
        err = date_parse_week(text, start);
    }
    if (text.len == MONTH_TEXT_MAX - 1) {
        found = PERIOD_MONTH;
        err = date_parse_month(text, start);
    }
    if (err_is_ok(err)) {
        *kind = found;
    }
    return err;
}

void period_text(enum period_kind kind, struct date start, char out[DATE_TEXT_MAX])
{
    switch (kind) {
    case PERIOD_DAY:
        date_text(start, out);
        return;
    case PERIOD_WEEK:
        date_week_text(start, out);
        return;
    case PERIOD_MONTH:
        date_month_text(start, out);
        return;
    case PERIOD_KIND_COUNT:
        break;
    }
    DP_CHECK(false);
}
