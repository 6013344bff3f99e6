/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A server's key with its certificate chain, read from two PEM files: ours (leaf.h) or the admin's
 * own, to which nothing is ever written. The first certificate in the chain file is the server's;
 * the ones that lead towards the root follow it. The key is ECDSA on P-256 or P-384, because the
 * listener speaks no suite for RSA keys, and it is not encrypted, because nobody is there at a
 * restart to type a password.
 *
 * What is wrong is said so that an admin can mend it: the path, whose file it is, the system's
 * reason, and the command that helps.
 */

#include <stdint.h>

#include "app/core/clock.h"
#include "app/core/err.h"

struct cert_pair;

/** Reads and checks a pair; whether it is valid today is load_check()'s question.
 * Owns: the caller; give back with load_free().
 * Fails: DP_NOT_FOUND, DP_FORBIDDEN (says owner, mode and the fix), DP_INVALID (not PEM, encrypted,
 * wrong kind of key, no certificate), DP_CONFLICT (the key is not the certificate's), DP_TOO_LONG,
 * DP_IO, DP_NO_MEMORY. */
dp_err load_pair(const char *key_path, const char *chain_path, struct cert_pair **out,
                 struct dp_problem *problem);

/** Gives a pair back; NULL is fine. The key's memory is wiped. */
void load_free(struct cert_pair *pair);

/** Says whether the pair is valid now. Fails: DP_OUT_OF_RANGE (expired, or not valid yet). */
dp_err load_check(const struct cert_pair *pair, const struct clock *clock,
                  struct dp_problem *problem);
