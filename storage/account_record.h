/* SPDX-License-Identifier: MIT */
#pragma once

/* Who may log in: admins, HR and managers, found by id and by login. See record.h. */

#include "app/core/secret.h"
#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { ACCOUNT_RECORD_MAX = 512 };

/* Part of the format: append only. */
enum account_role { ACCOUNT_ADMIN, ACCOUNT_HR, ACCOUNT_MANAGER, ACCOUNT_ROLE_COUNT };

struct account {
    struct account_id id;
    char login[EMAIL_MAX]; /* unique, byte for byte: the service brings it to one form first */
    enum account_role role;
    struct team_id team; /* a manager sees this team's subtree; 0 for the others */
    char password_hash[SECRET_PASSWORD_HASH_MAX]; /* "" until one is set */
    struct date created;
    bool is_disabled;
};

void account_record_encode(struct wire_writer *writer, const struct account *account);
dp_err account_record_decode(struct bytes value, struct account *out);

/** Fails: DP_CONFLICT when another account has the login. */
dp_err account_record_put(struct store_txn *txn, const struct account *account);
dp_err account_record_get(struct store_txn *txn, struct account_id id, struct account *out);
dp_err account_record_by_login(struct store_txn *txn, struct str login, struct account *out);
dp_err account_record_delete(struct store_txn *txn, struct account_id id);

/** All, by id. */
dp_err account_record_each(struct store_txn *txn,
                           bool (*visit)(const struct account *account, void *context),
                           void *context);
