/* SPDX-License-Identifier: MIT */
#include "app/privacy/ballot.h"

#include <sodium.h>

#include "app/core/date.h"
#include "app/core/secret.h"
#include "storage/wire.h"

enum { VERSION = 1, USED_BYTES = 18 };

_Static_assert(BALLOT_BYTES == BALLOT_PLAIN_BYTES + crypto_box_SEALBYTES,
               "48 sealed bytes are 96");
_Static_assert(BALLOT_KEY_BYTES == crypto_box_PUBLICKEYBYTES, "an X25519 key");
_Static_assert(BALLOT_KEY_BYTES == crypto_box_SECRETKEYBYTES, "an X25519 key");

struct ballot_keys *ballot_keys_new(void)
{
    secret_init();
    /* Guard pages, mlock where it is allowed, wiped when it is freed. */
    struct ballot_keys *keys = sodium_malloc(sizeof *keys);
    if (keys != NULL) {
        sodium_memzero(keys, sizeof *keys);
    }
    return keys;
}

void ballot_keys_free(struct ballot_keys *keys)
{
    sodium_free(keys);
}

void ballot_keys_free_at(struct ballot_keys **keys)
{
    ballot_keys_free(*keys);
}

void ballot_keys_make(struct ballot_keys *keys)
{
    DP_CHECK(crypto_box_keypair(keys->public_key, keys->secret_key) == 0);
}

static dp_err ballot_encode(const struct ballot *ballot, uint8_t plain[BALLOT_PLAIN_BYTES])
{
    static const uint8_t zeros[BALLOT_PLAIN_BYTES - USED_BYTES];
    struct bytes bytes;
    struct wire_writer writer = wire_write(plain, BALLOT_PLAIN_BYTES);
    wire_put_u8(&writer, VERSION);
    wire_put_date(&writer, ballot->epoch.date);
    wire_put_u32(&writer, ballot->cell_unit.value);
    wire_put_u32(&writer, ballot->unit.value);
    wire_put_u16(&writer, ballot->question.value);
    wire_put_u16(&writer, ballot->question_version);
    wire_demand(&writer, ballot->answer <= ANSWER_MAX, DP_OUT_OF_RANGE);
    wire_put_u8(&writer, (uint8_t)ballot->answer);
    wire_put_raw(&writer, zeros, sizeof zeros);
    return wire_finish(&writer, &bytes);
}

static dp_err ballot_decode(const uint8_t plain[BALLOT_PLAIN_BYTES], struct ballot *out)
{
    struct wire_reader reader = wire_read(bytes_of(plain, BALLOT_PLAIN_BYTES));
    uint8_t rest[BALLOT_PLAIN_BYTES - USED_BYTES];
    uint8_t version = wire_get_u8(&reader);
    out->epoch.date = wire_get_date(&reader);
    out->cell_unit.value = wire_get_u32(&reader);
    out->unit.value = wire_get_u32(&reader);
    out->question.value = wire_get_u16(&reader);
    out->question_version = wire_get_u16(&reader);
    out->answer = (enum answer)wire_get_enum(&reader, ANSWER_MAX + 1);
    wire_get_raw(&reader, rest, sizeof rest);
    wire_expect(&reader, version == VERSION && sodium_is_zero(rest, sizeof rest));
    return wire_end(&reader);
}

dp_err ballot_seal(const struct ballot *ballot, const uint8_t public_key[BALLOT_KEY_BYTES],
                   uint8_t out[BALLOT_BYTES])
{
    uint8_t plain[BALLOT_PLAIN_BYTES];
    dp_err err = ballot_encode(ballot, plain);
    if (err_is_ok(err) && crypto_box_seal(out, plain, sizeof plain, public_key) != 0) {
        err = err_make(DP_CRYPTO);
    }
    secret_wipe(plain, sizeof plain);
    return err;
}

dp_err ballot_open(const uint8_t sealed[BALLOT_BYTES], const struct ballot_keys *keys,
                   uint8_t plain[BALLOT_PLAIN_BYTES], struct ballot *out)
{
    dp_err err = err_make(DP_CRYPTO);
    if (crypto_box_seal_open(plain, sealed, BALLOT_BYTES, keys->public_key, keys->secret_key) ==
        0) {
        err = ballot_decode(plain, out);
    }
    secret_wipe(plain, BALLOT_PLAIN_BYTES);
    if (!err_is_ok(err)) {
        secret_wipe(out, sizeof *out);
    }
    return err;
}

dp_err ballot_keys_try(const struct ballot_keys *keys)
{
    const struct ballot sample = {
        .epoch = { { 1 } },
        .cell_unit = { 2 },
        .unit = { 3 },
        .question = { 4 },
        .question_version = 5,
        .answer = ANSWER_MAX,
    };
    uint8_t sealed[BALLOT_BYTES];
    uint8_t plain[BALLOT_PLAIN_BYTES];
    struct ballot back;
    DP_TRY(ballot_seal(&sample, keys->public_key, sealed));
    DP_TRY(ballot_open(sealed, keys, plain, &back));
    bool is_same = date_equal(back.epoch.date, sample.epoch.date) &&
                   back.cell_unit.value == sample.cell_unit.value &&
                   back.unit.value == sample.unit.value &&
                   back.question.value == sample.question.value &&
                   back.question_version == sample.question_version &&
                   back.answer == sample.answer;
    return err_make(is_same ? DP_OK : DP_CRYPTO);
}
