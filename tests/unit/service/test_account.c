/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/account/account.h"
#include "tests/support/support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define GOOD         "seven green bottles"
#define PEER         STR("192.0.2.7")

struct desk {
    const char *dir;
    int64_t now_s;
    struct appliance appliance;
    struct limiter limiter;
};

static int setup(void **state)
{
    struct dp_problem problem = { 0 };
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    desk->dir = support_tempdir();
    desk->now_s = 1772442000; /* 2 March 2026, 9:00 UTC */
    struct appliance_start start = { .path = support_path(desk->dir, "data"),
                                     .name = "Example",
                                     .zone = "Europe/Berlin",
                                     .base_url = "",
                                     .is_demo = true };
    assert_ok(appliance_create(&start, clock_fixed(&desk->now_s), &problem, &desk->appliance));
    limiter_init(&desk->limiter, desk->appliance.clock);
    *state = desk;
    return 0;
}

static int teardown(void **state)
{
    struct desk *desk = *state;
    appliance_close(&desk->appliance);
    support_remove_tree(desk->dir);
    free(desk);
    return 0;
}

static struct account_new person(const char *login, const char *password)
{
    return (struct account_new){ .login = str_of(login),
                                 .password = str_of(password),
                                 .role = ACCOUNT_HR,
                                 .actor = "test" };
}

static void add(struct desk *desk, const char *login)
{
    struct account_new wanted = person(login, GOOD);
    struct dp_problem problem = { 0 };
    assert_ok(account_add(&desk->appliance, &wanted, &problem));
}

static dp_err log_in(struct desk *desk, const char *login, const char *password,
                     char token[ACCOUNT_TOKEN_TEXT])
{
    return account_log_in(&desk->appliance, &desk->limiter, PEER, str_of(login),
                          str_of(password), token);
}

static dp_err who(struct desk *desk, const char *token)
{
    struct account_session session = { 0 };
    return account_of_token(&desk->appliance, str_of(token), &session);
}

static dp_err claim(struct desk *desk, const char *code, const char *login,
                    const char *password)
{
    struct account_new wanted = person(login, password);
    struct dp_problem problem = { 0 };
    wanted.role = ACCOUNT_ADMIN;
    return account_claim(&desk->appliance, &desk->limiter, PEER, str_of(code), &wanted,
                         &problem);
}

static bool is_unclaimed(struct desk *desk)
{
    bool is_unclaimed = false;
    assert_ok(account_is_unclaimed(&desk->appliance, &is_unclaimed));
    return is_unclaimed;
}

/* ---- The setup code ---- */

/* No code, a code of another length, a well-formed one that is not ours, and a bad password: nobody
 * has claimed; then the right one works once and never again. */
static void test_account_claim_needs_the_code_and_only_once(void **state)
{
    struct desk *desk = *state;
    char code[ACCOUNT_SETUP_CODE_TEXT];
    char second[ACCOUNT_SETUP_CODE_TEXT];
    char token[ACCOUNT_TOKEN_TEXT];
    assert_ok(account_make_setup_code(&desk->appliance, code));
    assert_int_equal(strlen(code), ACCOUNT_SETUP_CODE_TEXT - 1);
    assert_ok(account_make_setup_code(&desk->appliance, second)); /* shown once */
    assert_string_equal(second, "");
    assert_err(claim(desk, "", "boss", GOOD), DP_FORBIDDEN);
    assert_err(claim(desk, "0000000000000000", "boss", GOOD), DP_FORBIDDEN);
    assert_err(claim(desk, code, "boss", "short"), DP_INVALID);
    assert_true(is_unclaimed(desk));
    assert_ok(claim(desk, code, "boss", GOOD));
    assert_false(is_unclaimed(desk));
    assert_err(claim(desk, code, "other", GOOD), DP_CLOSED);
    assert_err(claim(desk, code, "other", GOOD), DP_RATE_LIMITED);
    assert_ok(account_make_setup_code(&desk->appliance, second)); /* there is an account */
    assert_string_equal(second, "");
    assert_ok(log_in(desk, "boss", GOOD, token));
    struct account_session session;
    assert_ok(account_of_token(&desk->appliance, str_of(token), &session));
    assert_int_equal(session.account.role, ACCOUNT_ADMIN);
    assert_err(log_in(desk, "other", GOOD, token), DP_UNAUTHENTICATED);
}

/* An account made on the command line uses the code up, too. */
static void test_account_add_ends_the_setup_code(void **state)
{
    struct desk *desk = *state;
    char code[ACCOUNT_SETUP_CODE_TEXT];
    assert_ok(account_make_setup_code(&desk->appliance, code));
    add(desk, "hr");
    assert_err(claim(desk, code, "boss", GOOD), DP_CLOSED);
}

/* ---- Logins and passwords ---- */

/* Each bad login and password is refused with a sentence and leaves no account. */
static void test_account_add_bad_login_or_password_is_refused(void **state)
{
    static char long_login[EMAIL_MAX + 1];
    static char long_password[SECRET_PASSWORD_MAX + 2];
    memset(long_login, 'a', EMAIL_MAX);
    memset(long_password, 'x', SECRET_PASSWORD_MAX + 1);
    const char *const bad[][2] = {
        { "", GOOD },
        { "a", GOOD },
        { long_login, GOOD },
        { "a b", GOOD },
        { "m\xc3\xbcller", GOOD },
        { "a/b", GOOD },
        { "hr", "" },
        { "hr", "1234567" },
        { "hr", "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4" },
        { "hr", "PASSWORD" },
        { "hr", "password123" },
        { "big.boss", "Big.Boss" },
        { "hr", long_password },
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct account_new wanted = person(bad[i][0], bad[i][1]);
        struct dp_problem problem = { 0 };
        assert_err(account_add(&desk->appliance, &wanted, &problem), DP_INVALID);
        assert_true(strlen(problem.sentence) > 10);
    }
    assert_true(is_unclaimed(desk));
}

/* Eight characters are enough, a login is the same in capitals, and there is one of each. */
static void test_account_add_same_login_in_capitals_exists(void **state)
{
    struct desk *desk = *state;
    struct account_new wanted = person(" HR@Example.org ", "abcd-efg");
    struct dp_problem problem = { 0 };
    char token[ACCOUNT_TOKEN_TEXT];
    assert_ok(account_add(&desk->appliance, &wanted, &problem));
    wanted = person("hr@example.ORG", GOOD);
    assert_err(account_add(&desk->appliance, &wanted, &problem), DP_EXISTS);
    assert_non_null(strstr(problem.sentence, "hr@example.org"));
    assert_ok(log_in(desk, "Hr@Example.Org", "abcd-efg", token));
}

/* A password of our own keeps our own rules and is another one each time. */
static void test_account_make_password_is_grouped_and_new(void **state)
{
    char one[32];
    char two[32];
    (void)state;
    account_make_password(one);
    account_make_password(two);
    assert_int_equal(strlen(one), 19);
    assert_int_equal(strspn(one, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), 19);
    assert_string_not_equal(one, two);
}

/* Names of roles and back; anything else is refused. */
static void test_account_role_parse_knows_three(void **state)
{
    (void)state;
    enum account_role role = ACCOUNT_ROLE_COUNT;
    assert_err(account_role_parse(STR(""), &role), DP_INVALID);
    assert_err(account_role_parse(STR("HR"), &role), DP_INVALID);
    for (int i = 0; i < ACCOUNT_ROLE_COUNT; i++) {
        const char *name = account_role_name((enum account_role)i);
        assert_true(strlen(name) > 1);
        assert_ok(account_role_parse(str_of(name), &role));
        assert_int_equal(role, i);
    }
    assert_string_equal(account_role_name(ACCOUNT_ROLE_COUNT), "");
}

/* ---- Logging in ---- */

static dp_err disable_job(struct store_txn *txn, void *context)
{
    const char *login = context;
    struct account account;
    DP_TRY(account_record_by_login(txn, str_of(login), &account));
    account.is_disabled = true;
    return account_record_put(txn, &account);
}

static void disable(struct desk *desk, char *login)
{
    assert_ok(store_write(desk->appliance.office, disable_job, login));
}

/* Unknown, wrong and disabled all read the same; disabling ends what is open. */
static void test_account_log_in_unknown_wrong_or_disabled_is_refused(void **state)
{
    char hr[] = "hr";
    char token[ACCOUNT_TOKEN_TEXT];
    char other[ACCOUNT_TOKEN_TEXT];
    struct desk *desk = *state;
    add(desk, hr);
    assert_err(log_in(desk, "nobody", GOOD, token), DP_UNAUTHENTICATED);
    assert_err(log_in(desk, "h r", GOOD, token), DP_UNAUTHENTICATED);
    assert_err(log_in(desk, hr, GOOD "!", token), DP_UNAUTHENTICATED);
    assert_err(log_in(desk, hr, "", token), DP_UNAUTHENTICATED);
    assert_ok(log_in(desk, hr, GOOD, token));
    assert_ok(who(desk, token));
    disable(desk, hr);
    assert_err(who(desk, token), DP_UNAUTHENTICATED);
    assert_err(log_in(desk, hr, GOOD, other), DP_UNAUTHENTICATED);
}

/* Five tries an account, right or wrong ones after them; one comes back after three minutes. Another
 * account of the same network is not held up. */
static void test_account_log_in_sixth_try_waits(void **state)
{
    char token[ACCOUNT_TOKEN_TEXT];
    struct desk *desk = *state;
    add(desk, "hr");
    add(desk, "boss");
    for (int i = 0; i < LIMITER_TRIES; i++) {
        assert_err(log_in(desk, "hr", "wrong", token), DP_UNAUTHENTICATED);
    }
    assert_err(log_in(desk, "hr", GOOD, token), DP_RATE_LIMITED);
    assert_ok(log_in(desk, "boss", GOOD, token));
    desk->now_s += LIMITER_REFILL_S - 1;
    assert_err(log_in(desk, "HR", GOOD, token), DP_RATE_LIMITED);
    desk->now_s += 1;
    assert_ok(log_in(desk, "hr", GOOD, token));
}

/* ---- Sessions ---- */

/* What is no token, and one that was never given out. */
static void test_account_of_token_unknown_is_refused(void **state)
{
    struct desk *desk = *state;
    assert_err(who(desk, ""), DP_UNAUTHENTICATED);
    assert_err(who(desk, "?"), DP_UNAUTHENTICATED);
    assert_err(who(desk, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), DP_UNAUTHENTICATED);
    assert_ok(account_log_out(&desk->appliance, STR("?")));
    assert_ok(
        account_log_out(&desk->appliance, STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
}

/* 15 minutes without use end a session; use puts that off; 8 hours end it whatever is done. */
static void test_account_of_token_ends_idle_and_after_eight_hours(void **state)
{
    char idle[ACCOUNT_TOKEN_TEXT];
    char busy[ACCOUNT_TOKEN_TEXT];
    struct desk *desk = *state;
    add(desk, "hr");
    int64_t start_s = desk->now_s;
    assert_ok(log_in(desk, "hr", GOOD, idle));
    assert_ok(log_in(desk, "hr", GOOD, busy));
    desk->now_s = start_s + ACCOUNT_IDLE_S - 1;
    assert_ok(who(desk, busy));
    desk->now_s = start_s + ACCOUNT_IDLE_S;
    assert_err(who(desk, idle), DP_UNAUTHENTICATED);
    for (int64_t at_s = 0; at_s < ACCOUNT_SESSION_S; at_s += ACCOUNT_IDLE_S / 2) {
        desk->now_s = at_s < ACCOUNT_IDLE_S ? desk->now_s : start_s + at_s;
        assert_ok(who(desk, busy));
    }
    desk->now_s = start_s + ACCOUNT_SESSION_S - 1;
    assert_ok(who(desk, busy));
    desk->now_s = start_s + ACCOUNT_SESSION_S;
    assert_err(who(desk, busy), DP_UNAUTHENTICATED);
}

/* A session tells who it is, without the password's hash; two have different keys. */
static void test_account_of_token_gives_the_account_without_hash(void **state)
{
    char token[2][ACCOUNT_TOKEN_TEXT];
    struct account_session session[2];
    struct desk *desk = *state;
    add(desk, "hr");
    for (int i = 0; i < 2; i++) {
        assert_ok(log_in(desk, "hr", GOOD, token[i]));
        assert_ok(account_of_token(&desk->appliance, str_of(token[i]), &session[i]));
        assert_string_equal(session[i].account.login, "hr");
        assert_int_equal(session[i].account.role, ACCOUNT_HR);
        assert_string_equal(session[i].account.password_hash, "");
    }
    assert_string_not_equal(token[0], token[1]);
    assert_memory_not_equal(session[0].csrf_key.bytes, session[1].csrf_key.bytes,
                            sizeof session[0].csrf_key.bytes);
}

/* A new password ends all sessions of the account and of nobody else; the old one is worthless. */
static void test_account_set_password_ends_sessions(void **state)
{
    char hr[ACCOUNT_TOKEN_TEXT];
    char boss[ACCOUNT_TOKEN_TEXT];
    struct dp_problem problem = { 0 };
    struct desk *desk = *state;
    add(desk, "hr");
    add(desk, "boss");
    assert_ok(log_in(desk, "hr", GOOD, hr));
    assert_ok(log_in(desk, "boss", GOOD, boss));
    assert_err(account_set_password(&desk->appliance, STR("nobody"), STR("new " GOOD), "test",
                                    &problem),
               DP_NOT_FOUND);
    assert_err(account_set_password(&desk->appliance, STR("hr"), STR("new"), "test", &problem),
               DP_INVALID);
    assert_ok(who(desk, hr));
    assert_ok(
        account_set_password(&desk->appliance, STR("HR"), STR("new " GOOD), "test", &problem));
    assert_err(who(desk, hr), DP_UNAUTHENTICATED);
    assert_ok(who(desk, boss));
    assert_err(log_in(desk, "hr", GOOD, hr), DP_UNAUTHENTICATED);
    assert_ok(log_in(desk, "hr", "new " GOOD, hr));
}

/* Logging out ends this session, not another one of the same account. */
static void test_account_log_out_ends_one_session(void **state)
{
    char one[ACCOUNT_TOKEN_TEXT];
    char two[ACCOUNT_TOKEN_TEXT];
    struct desk *desk = *state;
    add(desk, "hr");
    assert_ok(log_in(desk, "hr", GOOD, one));
    assert_ok(log_in(desk, "hr", GOOD, two));
    assert_ok(account_log_out(&desk->appliance, str_of(one)));
    assert_ok(account_log_out(&desk->appliance, str_of(one)));
    assert_err(who(desk, one), DP_UNAUTHENTICATED);
    assert_ok(who(desk, two));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_account_claim_needs_the_code_and_only_once),
        TEST(test_account_add_ends_the_setup_code),
        TEST(test_account_add_bad_login_or_password_is_refused),
        TEST(test_account_add_same_login_in_capitals_exists),
        TEST(test_account_make_password_is_grouped_and_new),
        TEST(test_account_role_parse_knows_three),
        TEST(test_account_log_in_unknown_wrong_or_disabled_is_refused),
        TEST(test_account_log_in_sixth_try_waits),
        TEST(test_account_of_token_unknown_is_refused),
        TEST(test_account_of_token_ends_idle_and_after_eight_hours),
        TEST(test_account_of_token_gives_the_account_without_hash),
        TEST(test_account_set_password_ends_sessions),
        TEST(test_account_log_out_ends_one_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
