/* SPDX-License-Identifier: MIT */
#include "certs/ca.h"

#include <stdio.h>
#include <string.h>

#include "app/core/code.h"
#include "app/core/file.h"
#include "app/core/random.h"
#include "app/core/secret.h"
#include "certs/issue.h"
#include "certs/keydir.h"
#include "certs/load.h"
#include "certs/setup.h"

enum { LIFE_DAYS = 3653, DAY_S = 86400, BACKDATE_S = 3600, MARK_BYTES = 4 };

static dp_err make_files(const struct keydir_paths *paths, mbedtls_pk_context *key,
                         const struct clock *clock, struct dp_problem *problem)
{
    uint8_t mark[MARK_BYTES];
    char mark_text[CODE_HEX_LEN(MARK_BYTES) + 1];
    char name[ISSUE_DN_MAX];
    random_secret(mark, sizeof mark);
    code_hex(bytes_of(mark, sizeof mark), mark_text, sizeof mark_text);
    /* The mark tells two appliances' authorities apart in a phone's list. */
    (void)snprintf(name, sizeof name, "CN=Daypulse local CA %s,O=Daypulse", mark_text);
    int64_t now_s = clock_wall_s(clock);
    struct issue_order order = { .subject = name,
                                 .issuer = name,
                                 .key = key,
                                 .signer = key,
                                 .not_before_s = now_s - BACKDATE_S,
                                 .not_after_s = now_s + (int64_t)LIFE_DAYS * DAY_S };
    BUF_AUTO struct buf certificate = buf_new(ISSUE_PEM_MAX);
    DP_TRY(issue_key(key, problem));
    DP_TRY(issue_certificate(&order, &certificate, problem));
    return keydir_write_pair(paths->ca_key, key, paths->ca_pem, &certificate, problem);
}

static dp_err make_ca(const struct keydir_paths *paths, const struct clock *clock,
                      struct dp_problem *problem)
{
    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    dp_err made = make_files(paths, &key, clock, problem);
    mbedtls_pk_free(&key);
    return made;
}

static dp_err check_ca(const struct keydir_paths *paths, const struct clock *clock,
                       struct dp_problem *problem)
{
    struct cert_pair *pair = NULL;
    DP_TRY(load_pair(paths->ca_key, paths->ca_pem, &pair, problem));
    struct dp_problem time = { 0 };
    dp_err current = load_check(pair, clock, &time);
    load_free(pair);
    if (!err_is_ok(current)) {
        err_ignore(problem_set(problem, 0, 0,
                               "the local authority %s: %s. To begin a new one, which "
                               "every phone must then trust, move ca.key and ca.pem away",
                               paths->ca_pem, time.sentence));
    }
    return current;
}

dp_err ca_ensure(const char *folder, const struct clock *clock, struct dp_problem *problem)
{
    struct keydir_paths paths;
    KEYDIR_AUTO struct keydir_lock lock = KEYDIR_UNLOCKED;
    setup_crypto();
    DP_TRY(keydir_open(folder, &paths, &lock, problem));
    bool has_key = file_exists(paths.ca_key);
    bool has_certificate = file_exists(paths.ca_pem);
    if (!has_certificate) {
        /* The key is written first: alone it is left from a start that was cut short. */
        return make_ca(&paths, clock, problem);
    }
    if (!has_key) {
        err_ignore(
            problem_set(problem, 0, 0,
                        "%s is there but its key %s is missing. Put the key back from a "
                        "backup; or, to begin a new authority, which every phone must then "
                        "trust, move ca.pem away",
                        paths.ca_pem, paths.ca_key));
        return err_make(DP_CONFLICT);
    }
    return check_ca(&paths, clock, problem);
}
