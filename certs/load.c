/* SPDX-License-Identifier: MIT */
#include "certs/load.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mbedtls/pem.h>

#include "app/core/buf.h"
#include "app/core/date.h"
#include "app/core/file.h"
#include "app/core/log.h"
#include "app/core/mem.h"
#include "app/core/secret.h"
#include "certs/fault.h"
#include "certs/pair_mbedtls.h"
#include "certs/rng.h"
#include "certs/setup.h"

enum { KEY_FILE_MAX = 16384, CHAIN_FILE_MAX = 131072, DAY_S = 86400 };

int64_t pair_time_s(const mbedtls_x509_time *time)
{
    struct date day;
    if (!err_is_ok(date_from_parts(time->year, time->mon, time->day, &day))) {
        day = date_make(time->year < 1970 ? 0 : DATE_MAX_DAYS);
    }
    int64_t minutes = (int64_t)time->hour * 60 + time->min;
    return (int64_t)day.days * DAY_S + minutes * 60 + time->sec;
}

/* What to do about a file that can't be read, after the words of file_read(). */
static void add_advice(const char *path, dp_err why, struct dp_problem *problem)
{
    if (problem == NULL) {
        return;
    }
    char told[PROBLEM_SENTENCE_MAX];
    struct stat info;
    (void)snprintf(told, sizeof told, "%s", problem->sentence);
    if (err_is(why, DP_FORBIDDEN) && stat(path, &info) == 0) {
        err_ignore(problem_set(problem, 0, 0, "%s. To let it: chgrp %u %s && chmod 640 %s",
                               told, (unsigned)getegid(), path, path));
    } else if (err_is(why, DP_FORBIDDEN)) {
        err_ignore(problem_set(problem, 0, 0,
                               "%s. A folder on the way to it is closed to user %u: open that "
                               "folder with chmod a+x, or keep the file elsewhere",
                               told, (unsigned)geteuid()));
    } else if (err_is(why, DP_NOT_FOUND)) {
        err_ignore(problem_set(problem, 0, 0, "%s. Check the path in the configuration", told));
    }
}

/* The text with its closing NUL, which the library's PEM reader counts as part of it. */
static dp_err read_pem(const char *path, struct buf *text, struct dp_problem *problem)
{
    dp_err got = file_read(path, text, problem);
    if (!err_is_ok(got)) {
        add_advice(path, got, problem);
        return err_make(got.code == DP_FULL ? DP_TOO_LONG : got.code);
    }
    buf_add_char(text, '\0');
    return buf_finish(text);
}

static void warn_of_open_key(const char *path)
{
    struct stat info;
    if (stat(path, &info) == 0 && (info.st_mode & S_IROTH) != 0) {
        log_warning("everybody on this machine can read the key %s: chmod o= %s", path, path);
    }
}

static dp_err check_key_kind(const char *path, const mbedtls_pk_context *key,
                             struct dp_problem *problem)
{
    mbedtls_ecp_group_id curve = MBEDTLS_ECP_DP_NONE;
    const mbedtls_ecp_keypair *pair = mbedtls_pk_ec(*key); /* NULL for another kind of key */
    if (pair != NULL && mbedtls_pk_can_do(key, MBEDTLS_PK_ECDSA)) {
        curve = mbedtls_ecp_keypair_get_group_id(pair);
    }
    if (curve == MBEDTLS_ECP_DP_SECP256R1 || curve == MBEDTLS_ECP_DP_SECP384R1) {
        return DP_SUCCESS;
    }
    return problem_set(
        problem, 0, 0,
        "the key %s is of the kind %s; Daypulse needs ECDSA on P-256 or P-384. To make "
        "one: openssl ecparam -genkey -name prime256v1 -noout -out %s",
        path, mbedtls_pk_get_name(key), path);
}

static dp_err read_key(const char *path, mbedtls_pk_context *key, struct dp_problem *problem)
{
    struct buf text = buf_new(KEY_FILE_MAX);
    dp_err done = read_pem(path, &text, problem);
    int result = 0;
    if (err_is_ok(done)) {
        struct bytes pem = buf_bytes(&text);
        result = mbedtls_pk_parse_key(key, pem.ptr, pem.len, NULL, 0, rng_fill, NULL);
    }
    if (text.data != NULL) {
        secret_wipe(text.data, text.len);
    }
    buf_free(&text);
    DP_TRY(done);
    warn_of_open_key(path);
    if (result == MBEDTLS_ERR_PK_PASSWORD_REQUIRED ||
        result == MBEDTLS_ERR_PK_PASSWORD_MISMATCH ||
        result == MBEDTLS_ERR_PEM_PASSWORD_REQUIRED) {
        return problem_set(
            problem, 0, 0,
            "the key %s is encrypted. To keep it without a password: openssl pkey "
            "-in %s -out NEW",
            path, path);
    }
    if (result != 0) {
        err_ignore(fault_of(result, path, problem));
        return err_make(DP_INVALID);
    }
    return check_key_kind(path, key, problem);
}

static dp_err read_chain(const char *path, mbedtls_x509_crt *chain, struct dp_problem *problem)
{
    BUF_AUTO struct buf text = buf_new(CHAIN_FILE_MAX);
    DP_TRY(read_pem(path, &text, problem));
    struct bytes pem = buf_bytes(&text);
    int result = mbedtls_x509_crt_parse(chain, pem.ptr, pem.len);
    if (result > 0) {
        return problem_set(problem, 0, 0, "%d certificates in %s can't be read", result, path);
    }
    if (result < 0) {
        err_ignore(fault_of(result, path, problem));
        return err_make(DP_INVALID);
    }
    return DP_SUCCESS;
}

static bool is_pair(const mbedtls_x509_crt *one, const struct cert_pair *pair)
{
    return mbedtls_pk_check_pair(&one->pk, &pair->key, rng_fill, NULL) == 0;
}

static dp_err check_match(const struct cert_pair *pair, const char *key_path,
                          const char *chain_path, struct dp_problem *problem)
{
    if (is_pair(&pair->chain, pair)) {
        return DP_SUCCESS;
    }
    bool comes_later = false;
    for (const mbedtls_x509_crt *one = pair->chain.next; one != NULL; one = one->next) {
        comes_later = comes_later || is_pair(one, pair);
    }
    err_ignore(problem_set(problem, 0, 0,
                           comes_later ? "the key %s belongs to a later certificate of %s: the "
                                         "server's own must come first in that file"
                                       : "the key %s is not the one of the certificate in %s",
                           key_path, chain_path));
    return err_make(DP_CONFLICT);
}

dp_err load_pair(const char *key_path, const char *chain_path, struct cert_pair **out,
                 struct dp_problem *problem)
{
    setup_crypto();
    struct cert_pair *pair = mem_new(1, sizeof *pair);
    if (pair == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    mbedtls_pk_init(&pair->key);
    mbedtls_x509_crt_init(&pair->chain);
    dp_err done = read_key(key_path, &pair->key, problem);
    if (err_is_ok(done)) {
        done = read_chain(chain_path, &pair->chain, problem);
    }
    if (err_is_ok(done)) {
        done = check_match(pair, key_path, chain_path, problem);
    }
    if (!err_is_ok(done)) {
        load_free(pair);
        pair = NULL;
    }
    *out = pair;
    return done;
}

void load_free(struct cert_pair *pair)
{
    if (pair == NULL) {
        return;
    }
    mbedtls_pk_free(&pair->key);
    mbedtls_x509_crt_free(&pair->chain);
    mem_free(pair);
}

dp_err load_check(const struct cert_pair *pair, const struct clock *clock,
                  struct dp_problem *problem)
{
    char day[DATE_TEXT_MAX];
    int64_t now_s = clock_wall_s(clock);
    int64_t from_s = pair_time_s(&pair->chain.valid_from);
    int64_t until_s = pair_time_s(&pair->chain.valid_to);
    if (now_s > until_s) {
        date_text(date_make((int32_t)(until_s / DAY_S)), day);
        err_ignore(problem_set(problem, 0, 0, "the certificate expired on %s", day));
        return err_make(DP_OUT_OF_RANGE);
    }
    if (now_s < from_s) {
        date_text(date_make((int32_t)(from_s / DAY_S)), day);
        err_ignore(
            problem_set(problem, 0, 0,
                        "the certificate is valid from %s on only; is this machine's clock "
                        "right?",
                        day));
        return err_make(DP_OUT_OF_RANGE);
    }
    return DP_SUCCESS;
}
