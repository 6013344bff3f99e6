/* SPDX-License-Identifier: MIT */
#include "storage/account_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void account_record_encode(struct wire_writer *writer, const struct account *account)
{
    wire_put_u8(writer, VERSION);
    wire_put_u32(writer, account->id.value);
    wire_demand(writer, account->id.value != 0, DP_INVALID);
    wire_put_text(writer, account->login, sizeof account->login);
    wire_put_enum(writer, account->role, ACCOUNT_ROLE_COUNT);
    wire_put_u32(writer, account->team.value);
    wire_put_text(writer, account->password_hash, sizeof account->password_hash);
    wire_put_date(writer, account->created);
    wire_put_bool(writer, account->is_disabled);
}

dp_err account_record_decode(struct bytes value, struct account *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct account){ 0 };
    wire_get_version(&reader, VERSION);
    out->id.value = wire_get_u32(&reader);
    wire_expect(&reader, out->id.value != 0);
    wire_get_text(&reader, out->login, sizeof out->login);
    out->role = (enum account_role)wire_get_enum(&reader, ACCOUNT_ROLE_COUNT);
    out->team.value = wire_get_u32(&reader);
    wire_get_text(&reader, out->password_hash, sizeof out->password_hash);
    out->created = wire_get_date(&reader);
    out->is_disabled = wire_get_bool(&reader);
    return wire_end(&reader);
}

dp_err account_record_put(struct store_txn *txn, const struct account *account)
{
    uint8_t space[ACCOUNT_RECORD_MAX];
    struct key key = key_u32(KEY_ACCOUNT, account->id.value);
    struct wire_writer writer = wire_write(space, sizeof space);
    account_record_encode(&writer, account);
    struct key index = key_text(KEY_ACCOUNT_BY_LOGIN, str_of(account->login));
    struct account old = { 0 };
    dp_err found = account_record_get(txn, account->id, &old);
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    DP_TRY(record_index_check(txn, &index, account->id.value));
    DP_TRY(record_put(txn, &key, &writer));
    if (err_is_ok(found)) {
        struct key old_index = key_text(KEY_ACCOUNT_BY_LOGIN, str_of(old.login));
        DP_TRY(record_delete_any(txn, &old_index));
    }
    return record_index_put(txn, &index, account->id.value);
}

dp_err account_record_get(struct store_txn *txn, struct account_id id, struct account *out)
{
    struct key key = key_u32(KEY_ACCOUNT, id.value);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return account_record_decode(value, out);
}

dp_err account_record_by_login(struct store_txn *txn, struct str login, struct account *out)
{
    struct key index = key_text(KEY_ACCOUNT_BY_LOGIN, login);
    uint64_t number = 0;
    DP_TRY(record_index_get(txn, &index, &number));
    return account_record_get(txn, (struct account_id){ (uint32_t)number }, out);
}

dp_err account_record_delete(struct store_txn *txn, struct account_id id)
{
    struct account old;
    DP_TRY(account_record_get(txn, id, &old));
    struct key key = key_u32(KEY_ACCOUNT, id.value);
    struct key index = key_text(KEY_ACCOUNT_BY_LOGIN, str_of(old.login));
    DP_TRY(record_delete(txn, &key));
    return record_delete_any(txn, &index);
}

dp_err account_record_each(struct store_txn *txn,
                           bool (*visit)(const struct account *account, void *context),
                           void *context)
{
    struct account account;
    struct key prefix = key_of(KEY_ACCOUNT);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, account_record_decode(walk.value, &account))) {
        if (!visit(&account, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
