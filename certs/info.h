/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What a person should know about a certificate: for `daypulse cert show`, for the HR page that
 * warns in time, and for the page that hands out the CA. Plain values, nothing to free.
 */

#include "app/core/clock.h"
#include "app/core/err.h"
#include "certs/names.h"

struct cert_pair;

enum { INFO_NAME_MAX = 256, INFO_FINGERPRINT_MAX = 96 };

struct cert_info {
    char subject[INFO_NAME_MAX]; /* "CN=pulse.example.org" */
    char issuer[INFO_NAME_MAX];
    struct names names;
    int64_t not_before_s;
    int64_t not_after_s;
    int64_t days_left; /* whole days; negative once expired */
    bool is_ca;
    char fingerprint[INFO_FINGERPRINT_MAX]; /* SHA-256, "AB:CD:..." as browsers show it */
};

/** About the server's own certificate of a pair. */
void info_of_pair(const struct cert_pair *pair, const struct clock *clock,
                  struct cert_info *out);

/** About the first certificate in a PEM file, such as ca.pem.
 * Fails: DP_NOT_FOUND, DP_FORBIDDEN, DP_INVALID, DP_TOO_LONG, DP_IO, DP_NO_MEMORY. */
dp_err info_of_file(const char *path, const struct clock *clock, struct cert_info *out,
                    struct dp_problem *problem);
