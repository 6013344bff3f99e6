/* SPDX-License-Identifier: MIT */
#include "certs/leaf.h"

#include <stdio.h>
#include <string.h>

#include <mbedtls/md.h>

#include "app/core/mem.h"
#include "certs/ca.h"
#include "certs/fault.h"
#include "certs/info.h"
#include "certs/issue.h"
#include "certs/keydir.h"
#include "certs/pair_mbedtls.h"
#include "certs/setup.h"

enum { LIFE_DAYS = 90, RENEW_AFTER_DAYS = 60, DAY_S = 86400, BACKDATE_S = 3600 };

/* An address alone can't be a common name of much use, but some viewers show nothing else. */
static void subject_of(const struct names *names, char out[ISSUE_DN_MAX])
{
    (void)snprintf(out, ISSUE_DN_MAX, "CN=%.64s", names->text[0]);
}

static bool is_signed_by(const mbedtls_x509_crt *leaf, struct cert_pair *ca)
{
    unsigned char hash[MBEDTLS_MD_MAX_SIZE];
    const mbedtls_md_info_t *kind = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    if (leaf->issuer_raw.len != ca->chain.subject_raw.len ||
        !str_equal(
            (struct str){ (const char *)leaf->issuer_raw.p, leaf->issuer_raw.len },
            (struct str){ (const char *)ca->chain.subject_raw.p, leaf->issuer_raw.len }) ||
        leaf->MBEDTLS_PRIVATE(sig_md) != MBEDTLS_MD_SHA256 ||
        mbedtls_md(kind, leaf->tbs.p, leaf->tbs.len, hash) != 0) {
        return false;
    }
    return mbedtls_pk_verify(&ca->chain.pk, MBEDTLS_MD_SHA256, hash, mbedtls_md_get_size(kind),
                             leaf->MBEDTLS_PRIVATE(sig).p, leaf->MBEDTLS_PRIVATE(sig).len) == 0;
}

static bool is_good(const struct keydir_paths *paths, struct cert_pair *ca,
                    const struct names *names, const struct clock *clock)
{
    struct cert_pair *leaf = NULL;
    struct cert_info info;
    if (!err_is_ok(load_pair(paths->leaf_key, paths->leaf_pem, &leaf, NULL))) {
        return false; /* whatever is wrong with our own leaf, a new one mends it */
    }
    info_of_pair(leaf, clock, &info);
    int64_t now_s = clock_wall_s(clock);
    int64_t renew_s = info.not_before_s +
                      (info.not_after_s - info.not_before_s) * RENEW_AFTER_DAYS / LIFE_DAYS;
    bool is_kept = now_s >= info.not_before_s && now_s < renew_s &&
                   names_equal(&info.names, names) && is_signed_by(&leaf->chain, ca);
    load_free(leaf);
    return is_kept;
}

static dp_err make_leaf(const struct keydir_paths *paths, struct cert_pair *ca,
                        const struct names *names, const struct clock *clock,
                        struct dp_problem *problem)
{
    char subject[ISSUE_DN_MAX];
    char issuer[ISSUE_DN_MAX];
    subject_of(names, subject);
    DP_TRY(fault_of(mbedtls_x509_dn_gets(issuer, sizeof issuer, &ca->chain.subject),
                    "could not read the authority's name", problem));
    int64_t now_s = clock_wall_s(clock);
    int64_t until_s = now_s + (int64_t)LIFE_DAYS * DAY_S;
    int64_t ca_until_s = pair_time_s(&ca->chain.valid_to);
    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    struct issue_order order = { .subject = subject,
                                 .issuer = issuer,
                                 .names = names,
                                 .key = &key,
                                 .signer = &ca->key,
                                 .not_before_s = now_s - BACKDATE_S,
                                 .not_after_s = until_s < ca_until_s ? until_s : ca_until_s };
    BUF_AUTO struct buf certificate = buf_new(ISSUE_PEM_MAX);
    dp_err made = issue_key(&key, problem);
    if (err_is_ok(made)) {
        made = issue_certificate(&order, &certificate, problem);
    }
    if (err_is_ok(made)) {
        made = keydir_write_pair(paths->leaf_key, &key, paths->leaf_pem, &certificate, problem);
    }
    mbedtls_pk_free(&key);
    return made;
}

static dp_err ensure(const char *folder, const struct names *names, const struct clock *clock,
                     bool *is_new, struct dp_problem *problem)
{
    if (names->count == 0) {
        err_ignore(problem_set(problem, 0, 0, "a certificate needs at least one name"));
        return err_make(DP_USAGE);
    }
    struct keydir_paths paths;
    struct cert_pair *ca = NULL;
    DP_TRY(ca_ensure(folder, clock, problem));
    KEYDIR_AUTO struct keydir_lock lock = KEYDIR_UNLOCKED;
    DP_TRY(keydir_open(folder, &paths, &lock, problem));
    DP_TRY(load_pair(paths.ca_key, paths.ca_pem, &ca, problem));
    dp_err made = DP_SUCCESS;
    *is_new = *is_new || !is_good(&paths, ca, names, clock);
    if (*is_new) {
        made = make_leaf(&paths, ca, names, clock, problem);
    }
    load_free(ca);
    return made;
}

dp_err leaf_ensure(const char *folder, const struct names *names, const struct clock *clock,
                   bool *is_new, struct dp_problem *problem)
{
    bool is_made = false;
    dp_err done = ensure(folder, names, clock, &is_made, problem);
    if (is_new != NULL) {
        *is_new = is_made && err_is_ok(done);
    }
    return done;
}

dp_err leaf_renew(const char *folder, const struct names *names, const struct clock *clock,
                  struct dp_problem *problem)
{
    bool is_wanted = true;
    return ensure(folder, names, clock, &is_wanted, problem);
}
