/* SPDX-License-Identifier: MIT */
#include "app/service/account/account.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "app/core/random.h"
#include "storage/sequence_record.h"
#include "storage/setup_code_record.h"

enum { NOTE_EVERY_S = 60 };

/* argon2 takes 64 MiB: two at once are all that the smallest box should spend. A few may wait; the
 * rest are sent away at once, because phones share the workers that would wait here. */
enum { HASHING_AT_ONCE = 2, HASHING_WAITING_MAX = 6 };

static pthread_mutex_t hashing_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t hashing_freed = PTHREAD_COND_INITIALIZER;
static int hashing_running;
static int hashing_waiting;

static dp_err hashing_enter(void)
{
    pthread_mutex_lock(&hashing_lock);
    bool may_wait = hashing_waiting < HASHING_WAITING_MAX;
    if (may_wait) {
        hashing_waiting++;
        while (hashing_running >= HASHING_AT_ONCE) {
            pthread_cond_wait(&hashing_freed, &hashing_lock);
        }
        hashing_waiting--;
        hashing_running++;
    }
    pthread_mutex_unlock(&hashing_lock);
    return err_make(may_wait ? DP_OK : DP_BUSY);
}

static void hashing_leave(void)
{
    pthread_mutex_lock(&hashing_lock);
    hashing_running--;
    pthread_cond_signal(&hashing_freed);
    pthread_mutex_unlock(&hashing_lock);
}

static dp_err hash_password(struct str password, char out[SECRET_PASSWORD_HASH_MAX])
{
    DP_TRY(hashing_enter());
    dp_err hashed = secret_password_hash(password, out);
    hashing_leave();
    return hashed;
}

static dp_err match_password(const char *hash, struct str password, bool *is_match)
{
    DP_TRY(hashing_enter());
    *is_match = secret_password_matches(hash, password);
    hashing_leave();
    return DP_SUCCESS;
}

const char *account_role_name(enum account_role role)
{
    static const char *const names[] = { "admin", "hr", "manager" };
    return role < ACCOUNT_ROLE_COUNT ? names[role] : "";
}

dp_err account_role_parse(struct str text, enum account_role *role)
{
    for (int i = 0; i < ACCOUNT_ROLE_COUNT; i++) {
        if (str_equal(text, str_of(account_role_name((enum account_role)i)))) {
            *role = (enum account_role)i;
            return DP_SUCCESS;
        }
    }
    return err_make(DP_INVALID);
}

/* One form of a login, so that "HR" and "hr" are the same: lower-case ASCII. */
static dp_err bring_login(struct str typed, char out[EMAIL_MAX], struct dp_problem *problem)
{
    struct str login = str_trim(typed);
    if (login.len < 2 || !str_copy(login, out, EMAIL_MAX)) {
        return problem_set(problem, 0, 0, "a login has 2 to %d characters", EMAIL_MAX - 1);
    }
    for (char *c = out; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        bool is_fine = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ||
                       strchr(".-_@+", *c) != NULL;
        if (!is_fine) {
            return problem_set(problem, 0, 0,
                               "a login has only letters, digits and the characters . - _ @ +");
        }
    }
    return DP_SUCCESS;
}

static dp_err check_password(struct str password, struct str login, struct dp_problem *problem)
{
    static const char *const common[] = { "password", "passwort", "12345678", "123456789",
                                          "1234567890", "qwertyuiop", "qwertz123", "iloveyou",
                                          "daypulse", "password1", "password123", "letmein123" };
    if (str_code_points(password) < ACCOUNT_PASSWORD_MIN || password.len > SECRET_PASSWORD_MAX) {
        return problem_set(problem, 0, 0, "a password has %d to %d characters; 15 or more are better",
                           ACCOUNT_PASSWORD_MIN, SECRET_PASSWORD_MAX);
    }
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        if (str_equal_nocase(password, str_of(common[i]))) {
            return problem_set(problem, 0, 0, "this password is among the first that anybody tries");
        }
    }
    if (str_equal_nocase(password, login)) {
        return problem_set(problem, 0, 0, "the password must differ from the login");
    }
    return DP_SUCCESS;
}

/* A job that adds an account; with `setup_code` it uses the code up in the same transaction. */
struct adding {
    struct account account;
    const struct clock *clock;
    const char *actor;
    const struct secret_hash *setup_code;
};

static dp_err use_setup_code(struct store_txn *txn, const struct secret_hash *given)
{
    struct setup_code stored;
    dp_err found = setup_code_record_get(txn, &stored);
    if (err_is(found, DP_NOT_FOUND)) {
        return err_make(DP_CLOSED);
    }
    DP_TRY(found);
    if (!secret_equal(stored.hash.bytes, given->bytes, sizeof stored.hash.bytes)) {
        return err_make(DP_FORBIDDEN);
    }
    return DP_SUCCESS;
}

static dp_err add_job(struct store_txn *txn, void *context)
{
    struct adding *adding = context;
    struct account existing;
    dp_err found = account_record_by_login(txn, str_of(adding->account.login), &existing);
    if (err_is_ok(found)) {
        return err_make(DP_EXISTS);
    }
    if (!err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    if (adding->setup_code != NULL) {
        DP_TRY(use_setup_code(txn, adding->setup_code));
    }
    uint64_t id = 0;
    DP_TRY(sequence_record_next(txn, SEQUENCE_ACCOUNT, &id));
    adding->account.id = (struct account_id){ (uint32_t)id };
    DP_TRY(account_record_put(txn, &adding->account));
    dp_err cleared = setup_code_record_delete(txn);
    if (!err_is_ok(cleared) && !err_is(cleared, DP_NOT_FOUND)) {
        return cleared;
    }
    return appliance_audit(txn, adding->clock, adding->actor, "user.add", "%s (%s)",
                           adding->account.login, account_role_name(adding->account.role));
}

static dp_err add(const struct appliance *appliance, const struct account_new *wanted,
                  const struct secret_hash *setup_code, struct dp_problem *problem)
{
    struct adding adding = { .clock = &appliance->clock,
                             .actor = wanted->actor,
                             .setup_code = setup_code,
                             .account = { .role = wanted->role,
                                          .team = wanted->team,
                                          .created = appliance_today(appliance) } };
    DP_TRY(bring_login(wanted->login, adding.account.login, problem));
    DP_TRY(check_password(wanted->password, wanted->login, problem));
    DP_TRY(hash_password(wanted->password, adding.account.password_hash));
    dp_err added = store_write(appliance->office, add_job, &adding);
    if (err_is(added, DP_EXISTS)) {
        err_ignore(problem_set(problem, 0, 0, "there is an account '%s' already",
                               adding.account.login));
    }
    return added;
}

dp_err account_add(const struct appliance *appliance, const struct account_new *wanted,
                   struct dp_problem *problem)
{
    return add(appliance, wanted, NULL, problem);
}

struct changing {
    struct str login;
    const char *password_hash;
    const struct clock *clock;
    const char *actor;
};

static dp_err change_job(struct store_txn *txn, void *context)
{
    const struct changing *changing = context;
    struct account account;
    DP_TRY(account_record_by_login(txn, changing->login, &account));
    snprintf(account.password_hash, sizeof account.password_hash, "%s", changing->password_hash);
    DP_TRY(account_record_put(txn, &account));
    DP_TRY(session_record_delete_of(txn, account.id, NULL));
    return appliance_audit(txn, changing->clock, changing->actor, "user.passwd", "%s",
                           account.login);
}

dp_err account_set_password(const struct appliance *appliance, struct str login,
                            struct str password, const char *actor, struct dp_problem *problem)
{
    char brought[EMAIL_MAX];
    char hash[SECRET_PASSWORD_HASH_MAX];
    DP_TRY(bring_login(login, brought, problem));
    DP_TRY(check_password(password, login, problem));
    DP_TRY(hash_password(password, hash));
    struct changing changing = { str_of(brought), hash, &appliance->clock, actor };
    dp_err changed = store_write(appliance->office, change_job, &changing);
    if (err_is(changed, DP_NOT_FOUND)) {
        err_ignore(problem_set(problem, 0, 0, "there is no account '%s'", brought));
    }
    return changed;
}

void account_make_password(char out[32])
{
    uint8_t bytes[10];
    char text[CODE_BASE32_LEN(sizeof bytes) + 1];
    random_secret(bytes, sizeof bytes);
    code_base32(bytes_of(bytes, sizeof bytes), text, sizeof text);
    snprintf(out, 32, "%.4s-%.4s-%.4s-%.4s", text, text + 4, text + 8, text + 12);
    secret_wipe(text, sizeof text);
}

static struct secret_hash hash_of(const void *ptr, size_t len)
{
    struct bytes part = bytes_of(ptr, len);
    return secret_sha256(&part, 1);
}

static bool stop_at_first(const struct account *account, void *context)
{
    (void)account;
    bool *has_any = context;
    *has_any = true;
    return false;
}

dp_err account_is_unclaimed(const struct appliance *appliance, bool *is_unclaimed)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    bool has_any = false;
    DP_TRY(account_record_each(txn, stop_at_first, &has_any));
    *is_unclaimed = !has_any;
    return DP_SUCCESS;
}

static dp_err setup_code_job(struct store_txn *txn, void *context)
{
    struct setup_code stored;
    bool has_any = false;
    DP_TRY(account_record_each(txn, stop_at_first, &has_any));
    if (has_any || err_is_ok(setup_code_record_get(txn, &stored))) {
        return err_make(DP_EXISTS);
    }
    return setup_code_record_put(txn, context);
}

dp_err account_make_setup_code(const struct appliance *appliance,
                               char out[ACCOUNT_SETUP_CODE_TEXT])
{
    uint8_t bytes[ACCOUNT_SETUP_CODE_BYTES];
    random_secret(bytes, sizeof bytes);
    struct setup_code code = { hash_of(bytes, sizeof bytes), clock_wall_s(&appliance->clock) };
    dp_err made = store_write(appliance->office, setup_code_job, &code);
    out[0] = '\0';
    if (err_is(made, DP_EXISTS)) {
        return DP_SUCCESS;
    }
    DP_TRY(made);
    code_base32(bytes_of(bytes, sizeof bytes), out, ACCOUNT_SETUP_CODE_TEXT);
    return DP_SUCCESS;
}

dp_err account_claim(const struct appliance *appliance, struct limiter *limiter, struct str peer,
                     struct str code, const struct account_new *wanted,
                     struct dp_problem *problem)
{
    int64_t wait_s = 0;
    uint8_t bytes[ACCOUNT_SETUP_CODE_BYTES];
    DP_TRY(limiter_take(limiter, STR("setup"), peer, &wait_s));
    if (!err_is_ok(code_base32_read(str_trim(code), bytes, sizeof bytes))) {
        return err_make(DP_FORBIDDEN);
    }
    struct secret_hash hash = hash_of(bytes, sizeof bytes);
    return add(appliance, wanted, &hash, problem);
}

static dp_err find_account(const struct appliance *appliance, struct str login,
                           struct account *out)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    return account_record_by_login(txn, login, out);
}

struct starting {
    struct session session;
    const struct account *account;
    const struct clock *clock;
};

static dp_err start_job(struct store_txn *txn, void *context)
{
    struct starting *starting = context;
    struct account now;
    DP_TRY(account_record_get(txn, starting->account->id, &now));
    bool is_changed = now.is_disabled ||
                      strcmp(now.password_hash, starting->account->password_hash) != 0;
    if (is_changed) {
        return err_make(DP_UNAUTHENTICATED);
    }
    uint32_t expired = 0;
    DP_TRY(session_record_delete_expired(txn, clock_wall_s(starting->clock), &expired));
    DP_TRY(session_record_put(txn, &starting->session));
    return appliance_audit(txn, starting->clock, now.login, "login", "%s", "");
}

static dp_err start_session(const struct appliance *appliance, const struct account *account,
                            char token[ACCOUNT_TOKEN_TEXT])
{
    uint8_t bytes[ACCOUNT_TOKEN_BYTES];
    random_secret(bytes, sizeof bytes);
    int64_t now_s = clock_wall_s(&appliance->clock);
    struct starting starting = { .account = account,
                                 .clock = &appliance->clock,
                                 .session = { .token_hash = hash_of(bytes, sizeof bytes),
                                              .account = account->id,
                                              .created_s = now_s,
                                              .last_used_s = now_s,
                                              .expires_s = now_s + ACCOUNT_SESSION_S } };
    random_secret(starting.session.csrf_key.bytes, sizeof starting.session.csrf_key.bytes);
    DP_TRY(store_write(appliance->office, start_job, &starting));
    code_base64(bytes_of(bytes, sizeof bytes), token, ACCOUNT_TOKEN_TEXT);
    return DP_SUCCESS;
}

dp_err account_log_in(const struct appliance *appliance, struct limiter *limiter, struct str peer,
                      struct str login, struct str password, char token[ACCOUNT_TOKEN_TEXT])
{
    int64_t wait_s = 0;
    char brought[EMAIL_MAX] = "";
    struct account account = { 0 };
    bool is_login = err_is_ok(bring_login(login, brought, NULL));
    DP_TRY(limiter_take(limiter, str_of(brought), peer, &wait_s));
    dp_err found = is_login ? find_account(appliance, str_of(brought), &account)
                            : err_make(DP_NOT_FOUND);
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    bool may_log_in = err_is_ok(found) && !account.is_disabled && account.password_hash[0] != '\0';
    bool is_match = false;
    DP_TRY(match_password(may_log_in ? account.password_hash : NULL, password, &is_match));
    if (!may_log_in || !is_match) {
        return err_make(DP_UNAUTHENTICATED);
    }
    limiter_forgive(limiter, str_of(brought));
    return start_session(appliance, &account, token);
}

static dp_err hash_of_token(struct str token, struct secret_hash *hash)
{
    uint8_t bytes[ACCOUNT_TOKEN_BYTES];
    if (!err_is_ok(code_base64_read(token, bytes, sizeof bytes))) {
        return err_make(DP_UNAUTHENTICATED);
    }
    *hash = hash_of(bytes, sizeof bytes);
    return DP_SUCCESS;
}

static dp_err note_job(struct store_txn *txn, void *context)
{
    const struct session *used = context;
    struct session stored;
    DP_TRY(session_record_get(txn, &used->token_hash, &stored));
    stored.last_used_s = used->last_used_s;
    return session_record_put(txn, &stored);
}

dp_err account_of_token(const struct appliance *appliance, struct str token,
                        struct account_session *out)
{
    struct secret_hash hash;
    struct session session;
    DP_TRY(hash_of_token(token, &hash));
    int64_t now_s = clock_wall_s(&appliance->clock);
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    dp_err found = session_record_get(txn, &hash, &session);
    if (err_is(found, DP_NOT_FOUND)) {
        return err_make(DP_UNAUTHENTICATED);
    }
    DP_TRY(found);
    DP_TRY(account_record_get(txn, session.account, &out->account));
    store_read_end(txn);
    txn = NULL;
    bool is_over = now_s >= session.expires_s || now_s - session.last_used_s >= ACCOUNT_IDLE_S;
    if (is_over || out->account.is_disabled) {
        return err_make(DP_UNAUTHENTICATED);
    }
    secret_wipe(out->account.password_hash, sizeof out->account.password_hash);
    out->csrf_key = session.csrf_key;
    if (now_s - session.last_used_s >= NOTE_EVERY_S) {
        session.last_used_s = now_s;
        dp_err noted = store_write(appliance->office, note_job, &session);
        return err_is(noted, DP_NOT_FOUND) ? err_make(DP_UNAUTHENTICATED) : noted;
    }
    return DP_SUCCESS;
}

static dp_err end_job(struct store_txn *txn, void *context)
{
    const struct secret_hash *hash = context;
    return session_record_delete(txn, hash);
}

dp_err account_log_out(const struct appliance *appliance, struct str token)
{
    struct secret_hash hash;
    if (!err_is_ok(hash_of_token(token, &hash))) {
        return DP_SUCCESS;
    }
    dp_err ended = store_write(appliance->office, end_job, &hash);
    return err_is(ended, DP_NOT_FOUND) ? DP_SUCCESS : ended;
}
