/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mbedtls/ecp.h>
#include <psa/crypto.h>

#include "app/core/code.h"
#include "app/core/random.h"
#include "certs/rng.h"
#include "certs/setup.h"

enum { KEY_BYTES = 32, ROUNDS = 20 };

static void public_of(const uint8_t secret[KEY_BYTES], uint8_t out[KEY_BYTES])
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t key = 0;
    size_t len = 0;
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_DERIVE);
    psa_set_key_algorithm(&attributes, PSA_ALG_ECDH);
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_MONTGOMERY));
    assert_int_equal(psa_import_key(&attributes, secret, KEY_BYTES, &key), PSA_SUCCESS);
    assert_int_equal(psa_export_public_key(key, out, KEY_BYTES, &len), PSA_SUCCESS);
    assert_int_equal(len, KEY_BYTES);
    assert_int_equal(psa_destroy_key(key), PSA_SUCCESS);
}

/* The key pairs of RFC 7748, section 6.1. */
static void test_curve_public_key_known_pairs(void **state)
{
    static const char *const pairs[][2] = {
        { "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
          "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a" },
        { "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
          "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f" },
    };
    uint8_t secret[KEY_BYTES];
    uint8_t wanted[KEY_BYTES];
    uint8_t made[KEY_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_true(err_is_ok(code_hex_read(str_of(pairs[i][0]), secret, sizeof secret)));
        assert_true(err_is_ok(code_hex_read(str_of(pairs[i][1]), wanted, sizeof wanted)));
        public_of(secret, made);
        assert_memory_equal(made, wanted, KEY_BYTES);
    }
}

/* The library's own multiplication gives the same point for any key. */
static void test_curve_public_key_equals_generic(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        uint8_t secret[KEY_BYTES];
        uint8_t made[KEY_BYTES];
        uint8_t wanted[KEY_BYTES];
        size_t len = 0;
        mbedtls_ecp_keypair pair;
        random_secret(secret, sizeof secret);
        public_of(secret, made);
        mbedtls_ecp_keypair_init(&pair);
        assert_int_equal(
            mbedtls_ecp_read_key(MBEDTLS_ECP_DP_CURVE25519, &pair, secret, KEY_BYTES), 0);
        assert_int_equal(mbedtls_ecp_keypair_calc_public(&pair, rng_fill, NULL), 0);
        assert_int_equal(mbedtls_ecp_write_public_key(&pair, MBEDTLS_ECP_PF_UNCOMPRESSED, &len,
                                                      wanted, sizeof wanted),
                         0);
        assert_int_equal(len, KEY_BYTES);
        assert_memory_equal(made, wanted, KEY_BYTES);
        mbedtls_ecp_keypair_free(&pair);
    }
}

int main(void)
{
    setup_crypto();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_curve_public_key_known_pairs),
        cmocka_unit_test(test_curve_public_key_equals_generic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
