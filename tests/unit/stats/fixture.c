/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "tests/unit/stats/fixture.h"

enum { ROOM_BYTES = 32 << 20, LEAD = 32, BOTH_LEADS = 64, COMMON_MAX = 4096 };

struct scratch fixture_scratch(size_t bytes)
{
    static _Alignas(16) unsigned char room[ROOM_BYTES];
    assert_true(bytes <= sizeof(room));
    return scratch_of(room, bytes);
}

double fixture_normal(struct prng *prng)
{
    double radius = sqrt(-2.0 * log(1.0 - prng_unit(prng)));
    return radius * cos(2.0 * M_PI * prng_unit(prng));
}

void fixture_ar1(struct prng *prng, double phi, double *out, size_t count)
{
    double level = fixture_normal(prng);
    for (size_t t = 0; t < count; t++) {
        level = phi * level + sqrt(1.0 - phi * phi) * fixture_normal(prng);
        out[t] = level;
    }
}

void fixture_pair(struct prng *prng, const struct fixture_link *link, double *x, double *y,
                  size_t count)
{
    static double common[COMMON_MAX];
    double rho = link->rho;
    assert_true(count + BOTH_LEADS <= COMMON_MAX && link->lag > -LEAD && link->lag < LEAD);
    fixture_ar1(prng, link->phi, common, count + BOTH_LEADS);
    fixture_ar1(prng, link->phi, y, count);
    for (size_t t = 0; t < count; t++) {
        x[t] = common[LEAD + t];
        y[t] = rho * common[(size_t)((int)(LEAD + t) - link->lag)] +
               sqrt(1.0 - rho * rho) * y[t];
    }
}

void fixture_assert_close(double a, double b, double tolerance)
{
    if (isnan(a) && isnan(b)) {
        return;
    }
    if (!(fabs(a - b) <= tolerance * fmax(1.0, fabs(b)))) {
        fail_msg("%.17g is not within %g of %.17g", a, tolerance, b);
    }
}
