/* SPDX-License-Identifier: MIT */
#include "app/stats/rmcorr.h"

#include <math.h>

#include "app/stats/corr.h"
#include "app/stats/dist.h"
#include "app/stats/number.h"

size_t rmcorr_scratch_bytes(size_t teams)
{
    return 3 * scratch_need(teams, sizeof(double));
}

static bool is_complete(const struct rmcorr_input *in, size_t i)
{
    return number_is_known(in->x[i]) && number_is_known(in->y[i]);
}

struct team_means {
    double *x;
    double *y;
    double *n;
    size_t observations;
    size_t teams; /* with any observation */
};

static struct team_means means_of(const struct rmcorr_input *in, struct scratch *scratch)
{
    struct team_means m = { .x = scratch_doubles(scratch, in->teams),
                            .y = scratch_doubles(scratch, in->teams),
                            .n = scratch_doubles(scratch, in->teams) };
    for (size_t i = 0; i < in->count; i++) {
        if (is_complete(in, i)) {
            m.x[in->team[i]] += in->x[i];
            m.y[in->team[i]] += in->y[i];
            m.n[in->team[i]] += 1.0;
            m.observations++;
        }
    }
    for (size_t j = 0; j < in->teams; j++) {
        bool has_any = m.n[j] > 0.0;
        m.x[j] = has_any ? m.x[j] / m.n[j] : NUMBER_NONE;
        m.y[j] = has_any ? m.y[j] / m.n[j] : NUMBER_NONE;
        m.teams += has_any;
    }
    return m;
}

void rmcorr(const struct rmcorr_input *in, struct scratch *scratch, struct rmcorr_result *out)
{
    size_t mark = scratch->used_bytes;
    struct team_means m = means_of(in, scratch);
    double xx = 0.0;
    double yy = 0.0;
    double xy = 0.0;
    for (size_t i = 0; i < in->count; i++) {
        if (is_complete(in, i)) {
            double dx = in->x[i] - m.x[in->team[i]];
            double dy = in->y[i] - m.y[in->team[i]];
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
    }
    *out = (struct rmcorr_result){ .slope = NUMBER_NONE,
                                   .r = NUMBER_NONE,
                                   .p = NUMBER_NONE,
                                   .ci_lo = NUMBER_NONE,
                                   .ci_hi = NUMBER_NONE };
    out->df = (double)m.observations - (double)m.teams - 1.0;
    out->between_r = corr_pearson(m.x, m.y, in->teams).r;
    out->pooled_r = corr_pearson(in->x, in->y, in->count).r;
    scratch->used_bytes = mark;
    out->is_refused = out->df < 2.0 || !(xx > 0.0) || !(yy > 0.0);
    if (out->is_refused) {
        return;
    }
    double explained = xy * xy / xx;
    double rest = fmax(0.0, yy - explained);
    out->slope = xy / xx;
    out->r = copysign(sqrt(explained / (explained + rest)), xy);
    out->p = dist_f_upper(explained / (rest / out->df), 1.0, out->df);
    double half = 1.959963984540054 / sqrt(out->df - 1.0);
    out->ci_lo = tanh(atanh(out->r) - half);
    out->ci_hi = tanh(atanh(out->r) + half);
}
