/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What a certificate is for: a set of DNS names and IP addresses, in the spelling that a phone
 * compares with (lower case, shortest form of an address). A wildcard is refused: one appliance has
 * a handful of names, and iPhones like them listed.
 */

#include "app/core/err.h"
#include "app/core/str.h"

enum { NAMES_MAX = 32, NAMES_TEXT_MAX = 254, NAMES_IP_MAX = 16 };

struct names {
    char text[NAMES_MAX][NAMES_TEXT_MAX];
    size_t count;
};

/** Adds a DNS name or an IPv4 or IPv6 address; one that is there already changes nothing.
 * Fails: DP_INVALID (neither a name nor an address), DP_TOO_LONG, DP_FULL (NAMES_MAX met). */
dp_err names_add(struct names *names, struct str name, struct dp_problem *problem);

/** Adds what this machine is called: its host name, that name with .local, localhost, and the
 * addresses of its interfaces that other machines can use. What does not fit is left out. */
void names_add_machine(struct names *names);

/** True if both hold the same names in whatever order. */
bool names_equal(const struct names *a, const struct names *b);

/** The bytes of an address, 4 or 16, or 0 when the text is a DNS name. */
size_t names_ip(const char *text, uint8_t out[NAMES_IP_MAX]);
