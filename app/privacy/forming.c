/* SPDX-License-Identifier: MIT */
#include "app/privacy/forming.h"

enum {
    FINE_FROM = 200, /* so many answers: mean to 0.01 and share to 1 % */
    FAVOURABLE_FROM = 4,
    TENTHS_A_HUNDRED = 10,
    COARSE_PCT = 5,
};

struct forming_place forming_place_of(const struct unit *unit, bool is_anchor)
{
    if (unit == NULL || unit->id.value == 0) {
        return (struct forming_place){ .period_kind = PERIOD_DAY };
    }
    if (unit->cadence == UNIT_DAILY) {
        return (struct forming_place){ .unit = unit->id, .period_kind = PERIOD_DAY };
    }
    if (is_anchor) {
        return (struct forming_place){ .unit = unit->id, .period_kind = PERIOD_WEEK };
    }
    return (struct forming_place){ .unit = unit->pool, .period_kind = PERIOD_DAY };
}

uint32_t forming_count(const struct forming_tally *tally)
{
    uint32_t n = 0;
    for (size_t i = 0; i < CELL_BINS; i++) {
        n += tally->bins[i];
    }
    return n;
}

bool forming_may_show_day(const struct forming_tally *day, uint32_t min_people)
{
    return forming_count(day) >= min_people;
}

bool forming_may_show_week(const struct forming_tally *days, size_t count, uint32_t min_people)
{
    uint64_t total = 0;
    bool has_full_day = false;
    for (size_t i = 0; i < count; i++) {
        uint32_t n = forming_count(&days[i]);
        total += n;
        has_full_day = has_full_day || n >= min_people;
    }
    return has_full_day && total >= 2 * (uint64_t)min_people;
}

/* a / b to the nearest whole number, halves up. */
static uint64_t divide(uint64_t a, uint64_t b)
{
    return (2 * a + b) / (2 * b);
}

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
    if (value < low) {
        return low;
    }
    return value > high ? high : value;
}

struct sums {
    uint64_t n;
    uint64_t sum;
    uint64_t squares;
    uint64_t favourable;
    uint64_t biggest_bin;
};

static struct sums sums_of(const struct forming_tally *tally)
{
    struct sums sums = { 0 };
    for (uint64_t i = 0; i < CELL_BINS; i++) {
        uint64_t answer = i + 1;
        uint64_t bin = tally->bins[i];
        sums.n += bin;
        sums.sum += answer * bin;
        sums.squares += answer * answer * bin;
        sums.favourable += answer >= FAVOURABLE_FROM ? bin : 0;
        sums.biggest_bin = bin > sums.biggest_bin ? bin : sums.biggest_bin;
    }
    return sums;
}

static uint16_t mean_hundredths(const struct sums *sums)
{
    uint64_t mean = sums->n >= FINE_FROM ? divide(100 * sums->sum, sums->n)
                                         : TENTHS_A_HUNDRED * divide(10 * sums->sum, sums->n);
    return (uint16_t)clamp(mean, CELL_MEAN_MIN, CELL_MEAN_MAX);
}

static uint8_t favourable_pct(const struct sums *sums)
{
    uint64_t pct = sums->n >= FINE_FROM
                       ? divide(100 * sums->favourable, sums->n)
                       : COARSE_PCT * divide(100 / COARSE_PCT * sums->favourable, sums->n);
    return (uint8_t)clamp(pct, CELL_FAVOURABLE_MIN, CELL_FAVOURABLE_MAX);
}

/* The sample's standard deviation in tenths: the t for which (t - 1/2)^2 <= 100 s^2 < (t + 1/2)^2, with
 * s^2 = (n * squares - sum^2) / (n (n - 1)). Fits 64 bits up to 40 million answers in a cell. */
static uint8_t sd_tenths(const struct sums *sums)
{
    uint64_t spread = 400 * (sums->n * sums->squares - sums->sum * sums->sum) / sums->n;
    uint64_t tenths = 0;
    while ((2 * tenths + 1) * (2 * tenths + 1) * (sums->n - 1) <= spread) {
        tenths++;
    }
    return (uint8_t)tenths;
}

void forming_fill(struct cell *cell, const struct forming_tally *tally, uint32_t min_people,
                  bool may_show)
{
    struct cell filled = {
        .unit = cell->unit,
        .period_kind = cell->period_kind,
        .period_start = cell->period_start,
        .question = cell->question,
        .question_version = cell->question_version,
        .status = CELL_HIDDEN,
        .headcount = cell->headcount,
    };
    if (may_show) {
        struct sums sums = sums_of(tally);
        DP_CHECK(sums.n >= min_people);
        filled.status = CELL_OK;
        filled.n = (uint32_t)sums.n;
        filled.mean_hundredths = mean_hundredths(&sums);
        filled.favourable_pct = favourable_pct(&sums);
        filled.has_sd = sums.n >= 2 * (uint64_t)min_people;
        filled.sd_tenths = filled.has_sd ? sd_tenths(&sums) : 0;
        filled.has_bins = filled.has_sd && sums.biggest_bin <= sums.n - 2;
        for (size_t i = 0; i < CELL_BINS && filled.has_bins; i++) {
            filled.bins[i] = tally->bins[i];
        }
    }
    *cell = filled;
}
