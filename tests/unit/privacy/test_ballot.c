/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <sodium.h>
#include <string.h>
#include <cmocka.h>

#include "app/core/code.h"
#include "app/privacy/ballot.h"
#include "tests/support/support.h"

static const struct ballot sample = {
    .epoch = { { 20521 } },
    .cell_unit = { 9 },
    .unit = { 4 },
    .question = { 31 },
    .question_version = 2,
    .answer = 5,
};

static struct ballot_keys *new_keys(void)
{
    struct ballot_keys *keys = ballot_keys_new();
    assert_non_null(keys);
    ballot_keys_make(keys);
    return keys;
}

/* Keys that are no pair, keys of zeros: the trial says so. */
static void test_ballot_keys_try_no_pair_is_refused(void **state)
{
    (void)state;
    struct ballot_keys *keys = ballot_keys_new();
    assert_err(ballot_keys_try(keys), DP_CRYPTO);
    ballot_keys_make(keys);
    assert_ok(ballot_keys_try(keys));
    keys->secret_key[5] ^= 1;
    assert_err(ballot_keys_try(keys), DP_CRYPTO);
    ballot_keys_free(keys);
    ballot_keys_free(NULL);
}

/* Answers beyond the scale are refused. */
static void test_ballot_seal_unknown_answer_is_refused(void **state)
{
    (void)state;
    struct ballot_keys *keys = new_keys();
    uint8_t sealed[BALLOT_BYTES];
    struct ballot ballot = sample;
    for (int answer = 0; answer <= 7; answer++) {
        ballot.answer = (enum answer)answer;
        if (answer <= 5) {
            assert_ok(ballot_seal(&ballot, keys->public_key, sealed));
            continue;
        }
        assert_err(ballot_seal(&ballot, keys->public_key, sealed), DP_OUT_OF_RANGE);
    }
    ballot_keys_free(keys);
}

/* What was sealed comes back; two seals of the same answer share no byte pattern. */
static void test_ballot_open_gives_back_what_was_sealed(void **state)
{
    (void)state;
    struct ballot_keys *keys = new_keys();
    uint8_t first[BALLOT_BYTES];
    uint8_t second[BALLOT_BYTES];
    uint8_t plain[BALLOT_PLAIN_BYTES];
    struct ballot back;
    assert_ok(ballot_seal(&sample, keys->public_key, first));
    assert_ok(ballot_seal(&sample, keys->public_key, second));
    assert_memory_not_equal(first, second, 32);
    assert_memory_not_equal(first + 32, second + 32, 64);
    assert_ok(ballot_open(first, keys, plain, &back));
    assert_int_equal(back.epoch.date.days, 20521);
    assert_int_equal(back.cell_unit.value, 9);
    assert_int_equal(back.unit.value, 4);
    assert_int_equal(back.question.value, 31);
    assert_int_equal(back.question_version, 2);
    assert_int_equal(back.answer, 5);
    assert_true(sodium_is_zero(plain, sizeof plain));
    ballot_keys_free(keys);
}

/* One bit changed anywhere, or another day's key: not opened, and nothing given out. */
static void test_ballot_open_changed_ballot_is_refused(void **state)
{
    (void)state;
    struct ballot_keys *keys = new_keys();
    struct ballot_keys *others = new_keys();
    uint8_t sealed[BALLOT_BYTES];
    uint8_t plain[BALLOT_PLAIN_BYTES];
    struct ballot back;
    assert_ok(ballot_seal(&sample, keys->public_key, sealed));
    assert_err(ballot_open(sealed, others, plain, &back), DP_CRYPTO);
    for (size_t bit = 0; bit < sizeof sealed * 8; bit++) {
        if (bit == 255) {
            continue; /* X25519 ignores the top bit of a public key, but see the next test */
        }
        sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
        memset(&back, 0xff, sizeof back);
        assert_err(ballot_open(sealed, keys, plain, &back), DP_CRYPTO);
        assert_true(sodium_is_zero((const uint8_t *)&back, sizeof back));
        sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    ballot_keys_free(keys);
    ballot_keys_free(others);
}

/* The nonce is a hash of both public keys, so even the ignored bit is covered. */
static void test_ballot_open_ignored_bit_is_refused(void **state)
{
    (void)state;
    struct ballot_keys *keys = new_keys();
    uint8_t sealed[BALLOT_BYTES];
    uint8_t plain[BALLOT_PLAIN_BYTES];
    struct ballot back;
    assert_ok(ballot_seal(&sample, keys->public_key, sealed));
    sealed[31] ^= 0x80;
    assert_err(ballot_open(sealed, keys, plain, &back), DP_CRYPTO);
    ballot_keys_free(keys);
}

/* Rightly sealed, but not of this form: other version, answer 6, a byte in the padding. */
static void test_ballot_open_wrong_form_is_refused(void **state)
{
    (void)state;
    struct ballot_keys *keys = new_keys();
    const struct {
        size_t at;
        uint8_t value;
    } wrong[] = {
        { 0, 0 }, { 0, 2 }, { 17, 6 }, { 17, 255 }, { 18, 1 }, { 47, 1 }, { 1, 0x80 }
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint8_t form[BALLOT_PLAIN_BYTES] = { 1 };
        uint8_t sealed[BALLOT_BYTES];
        uint8_t plain[BALLOT_PLAIN_BYTES];
        struct ballot back;
        assert_int_equal(crypto_box_seal(sealed, form, sizeof form, keys->public_key), 0);
        assert_ok(ballot_open(sealed, keys, plain, &back));
        form[wrong[i].at] = wrong[i].value;
        assert_int_equal(crypto_box_seal(sealed, form, sizeof form, keys->public_key), 0);
        assert_err(ballot_open(sealed, keys, plain, &back), DP_CORRUPT);
    }
    ballot_keys_free(keys);
}

/* The plain bytes are what they were: boxes outlive an upgrade. */
static void test_ballot_bytes_are_what_they_were(void **state)
{
    (void)state;
    struct ballot_keys *keys = new_keys();
    uint8_t sealed[BALLOT_BYTES];
    uint8_t plain[BALLOT_PLAIN_BYTES];
    char text[CODE_HEX_LEN(BALLOT_PLAIN_BYTES) + 1];
    assert_ok(ballot_seal(&sample, keys->public_key, sealed));
    assert_int_equal(
        crypto_box_seal_open(plain, sealed, sizeof sealed, keys->public_key, keys->secret_key),
        0);
    code_hex(bytes_of(plain, sizeof plain), text, sizeof text);
    assert_string_equal(text, "01000050290000000900000004001f000205"
                              "000000000000000000000000000000000000000000000000000000000000");
    ballot_keys_free(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ballot_keys_try_no_pair_is_refused),
        cmocka_unit_test(test_ballot_seal_unknown_answer_is_refused),
        cmocka_unit_test(test_ballot_open_gives_back_what_was_sealed),
        cmocka_unit_test(test_ballot_open_changed_ballot_is_refused),
        cmocka_unit_test(test_ballot_open_ignored_bit_is_refused),
        cmocka_unit_test(test_ballot_open_wrong_form_is_refused),
        cmocka_unit_test(test_ballot_bytes_are_what_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
