/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A number with its interval: shares, means, net promoter score, rates.
 *
 * Shares use Wilson's score interval (1927), valid at n = 5, at 0 % and at 100 %, and Newcombe's
 * method 10 (1998, Stat Med 17:873) for the difference of two. A mean of a 1-to-5 question gets
 * the wider of two t intervals, one over answers and one over the daily means, because the same
 * people answer on several days; it works on what a released cell keeps. Counts get the
 * exact Poisson interval (Garwood 1936). Ends that are not defined are NUMBER_NONE.
 */

#include <stdbool.h>
#include <stddef.h>

struct interval {
    double value;
    double lo;
    double hi;
};

/** Wilson's interval of `hits` out of n. Takes: n > 0 (else nothing is defined), `confidence` in
 * (0, 1), usually 0.95; hits need not be whole, a rounded share times n will do. */
struct interval interval_wilson(double hits, double n, double confidence);

/** Newcombe's interval of the first share less the second, at 95 %. Takes: n1, n2 > 0. */
struct interval interval_newcombe(double hits1, double n1, double hits2, double n2);

/** What is known of a group's answers to questions of 1 to 5. */
struct mean_evidence {
    double n; /* answers */
    double mean;
    double sd;      /* of the answers, or of the pool; NUMBER_NONE when unknown */
    double sd_df;   /* degrees of freedom behind sd: n - 1, or the pool's */
    size_t days;    /* days with answers */
    double sd_days; /* of the daily means; used from 4 days on */
};

/** The wider of mean +- t SE over answers and over days, cut off at 1 and 5. A spread of 0 gives no
 * interval: never say that everyone gave the same answer. */
struct interval interval_mean(const struct mean_evidence *evidence, double confidence);

/** The same from half the interval's width, which may be NUMBER_NONE: for many cells in a row, whose
 * t quantile was looked up before. */
struct interval interval_around(double mean, double half);

/** The first group's mean less the second's, Welch's t interval (Welch 1947): for two groups, or two
 * periods of one group, where it errs on the wide side. Takes: as interval_mean(), without days. A spread
 * of 0 gives no interval. */
struct interval interval_mean_difference(const struct mean_evidence *first,
                                         const struct mean_evidence *second,
                                         double confidence);

/** Mean of the known values +- t SE over them, whatever their unit, such as the weeks of a window.
 * It takes each value for independent of its neighbours. A spread of 0 gives no interval. */
struct interval interval_values(const double *values, size_t count, double confidence);

/** The pooled standard deviation of several cells. Takes: `sds` may miss values; n beside each.
 * Gives: NUMBER_NONE without any known sd; `df` is the sum of n - 1. */
double interval_pooled_sd(const double *sds, const double *n, size_t cells, double *df);

/** Net promoter score, -1 to 1, at 95 % (Rocks 2016, Am Stat 70:365: variance of the difference of
 * two shares of one sample). No interval below n = 20. */
struct interval interval_nps(double promoters, double detractors, double n);

/** A rate, count / exposure, at 95 %: the exact Poisson interval by
 * chi-square quantiles (Garwood 1936), at every count. Takes: exposure > 0. */
struct interval interval_rate(double count, double exposure);

enum { RESPONSE_MOVED_PCT = 15 };

/** Whether response rates (0 to 1) moved so far that "who answered changed as well" must be said. */
bool interval_response_moved(double rate_before, double rate_after);
