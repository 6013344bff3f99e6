/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Admins, HR and managers: accounts, passwords, sessions, and the code of the first run.
 *
 * The first account is made by whoever knows the setup code, which is printed once on the machine
 * itself. A password is kept as argon2id; an unknown login costs the same time as a wrong password.
 * A session is a random token in a cookie; only its hash is stored. It ends after 15 minutes without
 * use (noted at most once a minute, so that looking at pages hardly writes), after 8 hours at the
 * latest, and at once when the account is disabled or its password changes.
 */

#include "app/core/code.h"
#include "app/service/account/limiter.h"
#include "app/service/appliance/appliance.h"
#include "storage/account_record.h"
#include "storage/session_record.h"

enum {
    ACCOUNT_TOKEN_BYTES = 32,
    ACCOUNT_TOKEN_TEXT = CODE_BASE64_LEN(ACCOUNT_TOKEN_BYTES) + 1,
    ACCOUNT_SETUP_CODE_BYTES = 10,
    ACCOUNT_SETUP_CODE_TEXT = CODE_BASE32_LEN(ACCOUNT_SETUP_CODE_BYTES) + 1,
    ACCOUNT_PASSWORD_MIN = 8,
    ACCOUNT_IDLE_S = 15 * 60,
    ACCOUNT_SESSION_S = 8 * 3600,
};

/** A new account, as somebody typed it. */
struct account_new {
    struct str login;
    struct str password;
    enum account_role role;
    struct team_id team; /* managers: the top of the subtree they see */
    const char *actor;   /* for the audit chain */
};

/** Who is logged in. */
struct account_session {
    struct account account; /* its password hash is left empty */
    struct secret_key csrf_key;
};

/** Adds an account.
 * Fails: DP_EXISTS (the login is taken), DP_INVALID (login or password, with a sentence). */
dp_err account_add(const struct appliance *appliance, const struct account_new *wanted,
                   struct dp_problem *problem);

/** Sets a password and logs the account out everywhere.
 * Fails: DP_NOT_FOUND, DP_INVALID (with a sentence). */
dp_err account_set_password(const struct appliance *appliance, struct str login,
                            struct str password, const char *actor, struct dp_problem *problem);

/** A password of our own making, easy to type (Crockford base32 in groups). */
void account_make_password(char out[32]);

/** Makes a setup code unless there is an account or a code already; `out` is then empty.
 * The code is shown once and stored as a hash. */
dp_err account_make_setup_code(const struct appliance *appliance,
                               char out[ACCOUNT_SETUP_CODE_TEXT]);

/** True while nobody has claimed the appliance. */
dp_err account_is_unclaimed(const struct appliance *appliance, bool *is_unclaimed);

/** Trades the setup code for the first admin account.
 * Fails: DP_RATE_LIMITED, DP_FORBIDDEN (wrong code), DP_CLOSED (claimed already), DP_INVALID. */
dp_err account_claim(const struct appliance *appliance, struct limiter *limiter, struct str peer,
                     struct str code, const struct account_new *wanted,
                     struct dp_problem *problem);

/** Checks login and password and starts a session.
 * Gives: the cookie's value in `token`.
 * Fails: DP_RATE_LIMITED, DP_BUSY (too many log in at once), DP_UNAUTHENTICATED (unknown, wrong or
 * disabled: not said which). */
dp_err account_log_in(const struct appliance *appliance, struct limiter *limiter, struct str peer,
                      struct str login, struct str password, char token[ACCOUNT_TOKEN_TEXT]);

/** Who a cookie belongs to; notes the use.
 * Fails: DP_UNAUTHENTICATED (no such session, ended, or the account is disabled). */
dp_err account_of_token(const struct appliance *appliance, struct str token,
                        struct account_session *out);

/** Ends a session; one that is not there is fine. */
dp_err account_log_out(const struct appliance *appliance, struct str token);

/** "admin", "hr", "manager". */
const char *account_role_name(enum account_role role);

/** Fails: DP_INVALID. */
dp_err account_role_parse(struct str text, enum account_role *role);
