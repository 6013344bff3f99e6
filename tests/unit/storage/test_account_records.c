/* SPDX-License-Identifier: MIT */
/* Who may log in, and who did what: accounts, sessions, the setup code, keys, the audit
 * chain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storage/account_record.h"
#include "storage/audit_record.h"
#include "storage/key.h"
#include "storage/office_key_record.h"
#include "storage/session_record.h"
#include "storage/setup_code_record.h"
#include "tests/unit/storage/with_store.h"

PUT_JOB(account, account)
PUT_JOB(session, session)
PUT_JOB(setup_code, setup_code)
PUT_JOB(office_key, office_key)

/* ---- Accounts ---- */

static bool see_account(const struct account *account, void *context)
{
    return see(context, "%u=%s", account->id.value, account->login);
}

static dp_err delete_account(struct store_txn *txn, void *context)
{
    const struct account_id *id = context;
    return account_record_delete(txn, *id);
}

/* A login belongs to one account, compared byte for byte, and moves with it. */
static void test_account_login_is_unique(void **state)
{
    struct with_store *with = *state;
    struct account found;
    struct seen all = { .text = "" };
    struct account anna = { .id = { 1 }, .login = "anna", .password_hash = "$x" };
    assert_ok(run(with, put_account, &anna));
    assert_err(run(with, put_account, &(struct account){ .id = { 2 }, .login = "anna" }),
               DP_CONFLICT);
    assert_ok(run(with, put_account, &(struct account){ .id = { 2 }, .login = "Anna" }));
    assert_ok(account_record_by_login(reading(with), STR("anna"), &found));
    assert_int_equal(found.id.value, 1);
    memcpy(anna.login, "hr\0", 3);
    assert_ok(run(with, put_account, &anna));
    assert_err(account_record_by_login(reading(with), STR("anna"), &found), DP_NOT_FOUND);
    assert_ok(account_record_by_login(reading(with), STR("hr"), &found));
    assert_string_equal(found.password_hash, "$x");
    assert_ok(account_record_each(reading(with), see_account, &all));
    assert_string_equal(all.text, "1=hr,2=Anna,");
    assert_ok(run(with, delete_account, &anna.id));
    assert_err(run(with, delete_account, &anna.id), DP_NOT_FOUND);
    assert_err(account_record_by_login(reading(with), STR("hr"), &found), DP_NOT_FOUND);
    assert_err(account_record_get(reading(with), anna.id, &found), DP_NOT_FOUND);
}

/* ---- Sessions ---- */

static struct session session_of(uint8_t token, uint32_t account, int64_t expires_s)
{
    struct session session = { .account = { account }, .expires_s = expires_s };
    session.token_hash.bytes[0] = token;
    session.token_hash.bytes[31] = 0xff;
    return session;
}

static bool see_session(const struct session *session, void *context)
{
    return see(context, "%u", session->token_hash.bytes[0]);
}

static dp_err delete_session(struct store_txn *txn, void *context)
{
    const struct session *session = context;
    return session_record_delete(txn, &session->token_hash);
}

static void assert_sessions_of(struct with_store *with, uint32_t account, const char *wanted)
{
    struct seen seen = { .text = "" };
    assert_ok(session_record_each_of(reading(with), (struct account_id){ account }, see_session,
                                     &seen));
    assert_string_equal(seen.text, wanted);
}

/* Sessions are found by the hash of their token and by account; a token can't change hands. */
static void test_session_by_hash_and_account(void **state)
{
    struct with_store *with = *state;
    struct session found;
    struct session first = session_of(1, 7, 100);
    struct session second = session_of(2, 8, 100);
    struct session third = session_of(3, 7, 100);
    assert_err(session_record_get(reading(with), &first.token_hash, &found), DP_NOT_FOUND);
    assert_ok(run(with, put_session, &first));
    assert_ok(run(with, put_session, &second));
    assert_ok(run(with, put_session, &third));
    first.last_used_s = 60;
    assert_ok(run(with, put_session, &first));
    assert_ok(session_record_get(reading(with), &first.token_hash, &found));
    assert_true(found.last_used_s == 60);
    assert_sessions_of(with, 7, "1,3,");
    assert_sessions_of(with, 8, "2,");
    assert_sessions_of(with, 9, "");
    first.account.value = 8;
    assert_err(run(with, put_session, &first), DP_CONFLICT);
    assert_ok(run(with, delete_session, &first));
    assert_err(run(with, delete_session, &first), DP_NOT_FOUND);
    assert_sessions_of(with, 7, "3,");
}

struct deletion {
    struct account_id account;
    int64_t now_s;
    uint32_t count;
};

static dp_err delete_of_account(struct store_txn *txn, void *context)
{
    struct deletion *deletion = context;
    return session_record_delete_of(txn, deletion->account, &deletion->count);
}

static dp_err delete_of_account_uncounted(struct store_txn *txn, void *context)
{
    const struct deletion *deletion = context;
    return session_record_delete_of(txn, deletion->account, NULL);
}

static dp_err delete_expired(struct store_txn *txn, void *context)
{
    struct deletion *deletion = context;
    return session_record_delete_expired(txn, deletion->now_s, &deletion->count);
}

static dp_err put_sessions(struct store_txn *txn, void *context)
{
    const uint32_t *count = context;
    for (uint32_t i = 0; i < *count; i++) {
        struct session session = session_of(0, 7, i % 2 == 0 ? 50 : 150);
        memcpy(session.token_hash.bytes + 1, &i, sizeof i);
        DP_TRY(session_record_put(txn, &session));
    }
    return DP_SUCCESS;
}

/* All sessions of an account go at once, more than fit one step too, and no others. */
static void test_session_delete_of_takes_all_of_one_account(void **state)
{
    struct with_store *with = *state;
    struct deletion deletion = { .account = { 7 } };
    struct session other = session_of(9, 8, 100);
    const uint32_t counts[] = { 0, 1, 255, 256, 257, 600 };
    assert_ok(run(with, put_session, &other));
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        uint64_t left = 0;
        assert_ok(run(with, put_sessions, &counts[i]));
        assert_ok(run(with, delete_of_account, &deletion));
        assert_int_equal(deletion.count, counts[i]);
        assert_sessions_of(with, 7, "");
        assert_ok(store_count(reading(with), bytes_of("\x10", 1), &left));
        assert_int_equal(left, 1);
        assert_ok(store_count(reading(with), bytes_of("\x11", 1), &left));
        assert_int_equal(left, 1);
    }
    assert_ok(run(with, delete_of_account_uncounted, &deletion));
    assert_sessions_of(with, 8, "9,");
}

/* What expired by now goes, in steps, until nothing is left to go. */
static void test_session_delete_expired_goes_in_steps(void **state)
{
    struct with_store *with = *state;
    struct deletion deletion = { .now_s = 49 };
    const uint32_t count = 600;
    uint32_t total = 0;
    uint64_t left = 0;
    assert_ok(run(with, put_sessions, &count));
    assert_ok(run(with, delete_expired, &deletion));
    assert_int_equal(deletion.count, 0);
    deletion.now_s = 50;
    do {
        assert_ok(run(with, delete_expired, &deletion));
        total += deletion.count;
    } while (deletion.count > 0);
    assert_int_equal(total, 300);
    assert_ok(store_count(reading(with), bytes_of("\x10", 1), &left));
    assert_int_equal(left, 300);
}

/* ---- Setup code and keys ---- */

static dp_err delete_setup_code(struct store_txn *txn, void *context)
{
    (void)context;
    return setup_code_record_delete(txn);
}

static void test_setup_code_is_used_once(void **state)
{
    struct with_store *with = *state;
    struct setup_code found;
    struct setup_code code = { .hash = { { 1, 2, 3 } }, .created_s = 77 };
    assert_err(setup_code_record_get(reading(with), &found), DP_NOT_FOUND);
    assert_ok(run(with, put_setup_code, &code));
    assert_ok(setup_code_record_get(reading(with), &found));
    assert_memory_equal(found.hash.bytes, code.hash.bytes, sizeof found.hash.bytes);
    assert_ok(run(with, delete_setup_code, NULL));
    assert_err(run(with, delete_setup_code, NULL), DP_NOT_FOUND);
}

static dp_err delete_office_key(struct store_txn *txn, void *context)
{
    const struct office_key *key = context;
    return office_key_record_delete(txn, key->kind);
}

static void test_office_key_each_kind_has_its_own(void **state)
{
    struct with_store *with = *state;
    struct office_key found;
    struct office_key links = { .kind = OFFICE_KEY_LINK, .key = { { 1 } } };
    struct office_key cookies = { .kind = OFFICE_KEY_COOKIE, .key = { { 2 } } };
    assert_ok(run(with, put_office_key, &links));
    assert_ok(run(with, put_office_key, &cookies));
    assert_ok(office_key_record_get(reading(with), OFFICE_KEY_LINK, &found));
    assert_int_equal(found.key.bytes[0], 1);
    assert_ok(office_key_record_get(reading(with), OFFICE_KEY_COOKIE, &found));
    assert_int_equal(found.key.bytes[0], 2);
    assert_err(office_key_record_get(reading(with), OFFICE_KEY_CSRF, &found), DP_NOT_FOUND);
    assert_ok(run(with, delete_office_key, &links));
    assert_err(run(with, delete_office_key, &links), DP_NOT_FOUND);
}

/* ---- Audit ---- */

static dp_err append(struct store_txn *txn, void *context)
{
    return audit_record_append(txn, context);
}

static bool see_entry(const struct audit_entry *entry, void *context)
{
    return see(context, "%llu=%s", (unsigned long long)entry->seq, entry->action);
}

static void append_entries(struct with_store *with, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct audit_entry entry = { .at_s = 1000 + (int)i, .actor = "anna", .action = "test" };
        (void)snprintf(entry.detail, sizeof entry.detail, "change %u", i);
        assert_ok(run(with, append, &entry));
    }
}

static void assert_chain(struct with_store *with, uint64_t sound, const char *fault)
{
    struct dp_problem problem = { 0 };
    uint64_t entries = 99;
    dp_err err = audit_record_verify(reading(with), &entries, &problem);
    assert_int_equal(entries, sound);
    assert_err(err, fault == NULL ? DP_OK : DP_CORRUPT);
    if (fault != NULL && strstr(problem.sentence, fault) == NULL) {
        fail_msg("'%s' does not say '%s'", problem.sentence, fault);
    }
}

/* Entries count from 1 and each holds the hash of the one before; an empty chain is sound. */
static void test_audit_append_makes_a_chain(void **state)
{
    struct with_store *with = *state;
    static const struct secret_hash zero;
    struct audit_entry head;
    struct audit_entry second;
    struct seen all = { .text = "" };
    assert_err(audit_record_head(reading(with), &head), DP_NOT_FOUND);
    assert_chain(with, 0, NULL);
    append_entries(with, 3);
    assert_chain(with, 3, NULL);
    assert_ok(audit_record_get(reading(with), 1, &second));
    assert_memory_equal(&second.prev_hash, &zero, sizeof zero);
    assert_ok(audit_record_get(reading(with), 2, &second));
    assert_ok(audit_record_head(reading(with), &head));
    assert_true(head.seq == 3 && head.at_s == 1002);
    assert_string_equal(head.detail, "change 2");
    assert_memory_equal(&head.prev_hash, &second.hash, sizeof head.prev_hash);
    assert_memory_not_equal(&head.hash, &second.hash, sizeof head.hash);
    assert_ok(audit_record_each(reading(with), see_entry, &all));
    assert_string_equal(all.text, "1=test,2=test,3=test,");
    assert_err(audit_record_get(reading(with), 4, &second), DP_NOT_FOUND);
}

/* The hash is the one that the header describes, worked out here from the golden form of a
 * value. */
static void test_audit_hash_is_as_described(void **state)
{
    struct with_store *with = *state;
    struct audit_entry entry = { .at_s = 5, .actor = "a", .action = "b", .detail = "c" };
    static const uint8_t body[] = { 1, 0, 0, 0, 0, 0, 0,   0, 1, 0,   0, 0, 0,
                                    0, 0, 0, 5, 0, 1, 'a', 0, 1, 'b', 0, 1, 'c' };
    static const uint8_t zero[32];
    struct bytes parts[] = { bytes_of(zero, sizeof zero), bytes_of(body, sizeof body) };
    struct secret_hash wanted = secret_sha256(parts, 2);
    assert_ok(run(with, append, &entry));
    assert_memory_equal(entry.hash.bytes, wanted.bytes, sizeof wanted.bytes);
}

/* A detail cut amid a character loses that character; one that is not UTF-8 elsewhere is
 * refused. */
static void test_audit_detail_cut_amid_a_character(void **state)
{
    struct with_store *with = *state;
    struct audit_entry entry = { .actor = "a", .action = "b", .detail = "ab\xe2\x82" };
    assert_ok(run(with, append, &entry));
    assert_string_equal(entry.detail, "ab");
    struct audit_entry wrong = { .actor = "a", .action = "b", .detail = "a\xff then more" };
    assert_err(run(with, append, &wrong), DP_NOT_UTF8);
    struct audit_entry full = { .actor = "a", .action = "b" };
    memset(full.detail, 'x', sizeof full.detail); /* not even a NUL */
    assert_ok(run(with, append, &full));
    assert_int_equal(strlen(full.detail), AUDIT_DETAIL_MAX - 1);
    assert_chain(with, 2, NULL);
}

struct tampering {
    uint64_t seq;
    size_t byte; /* to flip a bit of; SIZE_MAX: take the entry away */
    unsigned bit;
};

static dp_err tamper(struct store_txn *txn, void *context)
{
    const struct tampering *tampering = context;
    uint8_t copy[AUDIT_RECORD_MAX];
    struct key key = key_u64(KEY_AUDIT, tampering->seq);
    struct bytes value;
    DP_TRY(store_get(txn, key_bytes(&key), &value));
    size_t len = value.len;
    memcpy(copy, value.ptr, len);
    if (tampering->byte == SIZE_MAX) {
        return store_delete(txn, key_bytes(&key));
    }
    copy[tampering->byte % len] ^= (uint8_t)(1u << tampering->bit);
    return store_put(txn, key_bytes(&key), bytes_of(copy, len));
}

/* Any bit changed in any byte of an entry is found, at that entry. */
static void test_audit_verify_finds_every_changed_bit(void **state)
{
    struct with_store *with = *state;
    struct audit_entry entry;
    append_entries(with, 3);
    assert_ok(audit_record_get(reading(with), 2, &entry));
    size_t len = 1 + 8 + 8 + 2 + strlen(entry.actor) + 2 + strlen(entry.action) + 2 +
                 strlen(entry.detail) + 32 + 32;
    for (size_t i = 0; i < len; i++) {
        struct tampering change = { .seq = 2, .byte = i, .bit = (unsigned)(i % 8) };
        assert_ok(run(with, tamper, &change));
        assert_chain(with, 1, "entry 2 of the audit log");
        assert_ok(run(with, tamper, &change)); /* and back */
    }
    assert_chain(with, 3, NULL);
}

/* Writes an entry anew, with a hash that fits its content: what an admin who knows how could do. */
static dp_err forge(struct store_txn *txn, void *context)
{
    struct audit_entry *entry = context;
    uint8_t space[AUDIT_RECORD_MAX];
    struct bytes value;
    struct key key = key_u64(KEY_AUDIT, entry->seq);
    struct wire_writer writer = wire_write(space, sizeof space);
    audit_record_encode(&writer, entry);
    DP_TRY(wire_finish(&writer, &value));
    struct bytes parts[] = { bytes_of(entry->prev_hash.bytes, 32),
                             bytes_of(value.ptr, value.len - 64) };
    entry->hash = secret_sha256(parts, 2);
    writer = wire_write(space, sizeof space);
    audit_record_encode(&writer, entry);
    DP_TRY(wire_finish(&writer, &value));
    return store_put(txn, key_bytes(&key), value);
}

/* An entry that is sound in itself but is not the one that the next entry follows. */
static void test_audit_verify_finds_a_forged_entry(void **state)
{
    struct with_store *with = *state;
    struct audit_entry entry;
    append_entries(with, 3);
    assert_ok(audit_record_get(reading(with), 2, &entry));
    assert_ok(run(with, forge, &entry)); /* as it was: still sound */
    assert_chain(with, 3, NULL);
    entry.at_s++;
    assert_ok(run(with, forge, &entry));
    assert_chain(with, 2, "entry 3 of the audit log does not follow the entry before it");
}

/* An entry taken away is missed; the last one can't be, which is why the head is noted
 * elsewhere. */
static void test_audit_verify_finds_a_missing_entry(void **state)
{
    struct with_store *with = *state;
    struct tampering last = { .seq = 4, .byte = SIZE_MAX };
    struct tampering middle = { .seq = 2, .byte = SIZE_MAX };
    struct tampering first = { .seq = 1, .byte = SIZE_MAX };
    append_entries(with, 4);
    assert_ok(run(with, tamper, &last));
    assert_chain(with, 3, NULL);
    assert_ok(run(with, tamper, &middle));
    assert_chain(with, 1, "entry 2 of the audit log is missing");
    assert_ok(run(with, tamper, &first));
    assert_chain(with, 0, "entry 1 of the audit log is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(test_account_login_is_unique),
        WITH_STORE(test_session_by_hash_and_account),
        WITH_STORE(test_session_delete_of_takes_all_of_one_account),
        WITH_STORE(test_session_delete_expired_goes_in_steps),
        WITH_STORE(test_setup_code_is_used_once),
        WITH_STORE(test_office_key_each_kind_has_its_own),
        WITH_STORE(test_audit_detail_cut_amid_a_character),
        WITH_STORE(test_audit_verify_finds_every_changed_bit),
        WITH_STORE(test_audit_verify_finds_a_missing_entry),
        WITH_STORE(test_audit_verify_finds_a_forged_entry),
        WITH_STORE(test_audit_append_makes_a_chain),
        WITH_STORE(test_audit_hash_is_as_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
