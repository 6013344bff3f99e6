/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "app/core/code.h"
#include "app/core/secret.h"
#include "tests/support/support.h"

static void assert_hash(const struct secret_hash *hash, const char *hex)
{
    char text[CODE_HEX_LEN(SECRET_HASH_BYTES) + 1];
    code_hex(bytes_of(hash->bytes, sizeof hash->bytes), text, sizeof text);
    assert_string_equal(text, hex);
}

/* The examples of FIPS 180-4, whole and in parts of every size. */
static void test_secret_sha256_matches_fips_180(void **state)
{
    (void)state;
    static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    struct secret_hash hash = secret_sha256(NULL, 0);
    assert_hash(&hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    struct bytes abc = bytes_of("abc", 3);
    hash = secret_sha256(&abc, 1);
    assert_hash(&hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    for (size_t step = 1; step <= 56; step++) {
        struct secret_sha sha;
        secret_sha_start(&sha);
        for (size_t at = 0; at < 56; at += step) {
            secret_sha_add(&sha, bytes_of(text + at, step < 56 - at ? step : 56 - at));
        }
        hash = secret_sha_end(&sha);
        assert_hash(&hash, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    }
    static char letters[1000];
    memset(letters, 'a', sizeof letters);
    struct secret_sha sha;
    secret_sha_start(&sha);
    for (int i = 0; i < 1000; i++) {
        secret_sha_add(&sha, bytes_of(letters, sizeof letters));
    }
    hash = secret_sha_end(&sha);
    assert_hash(&hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* The test cases 1 to 4 of RFC 4231; a short key is one that is filled up with zeros. */
static void test_secret_hmac_matches_rfc_4231(void **state)
{
    (void)state;
    static const struct {
        struct str key;
        struct str data;
        const char *hex;
    } cases[] = {
        { STR_INIT("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
                   "\x0b\x0b"),
          STR_INIT("Hi There"),
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
        { STR_INIT("Jefe"), STR_INIT("what do ya want for nothing?"),
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
        { STR_INIT("\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
                   "\xaa\xaa"),
          STR_INIT(
              "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd"
              "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd"
              "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd"),
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
        { STR_INIT(
              "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14"
              "\x15\x16\x17\x18\x19"),
          STR_INIT(
              "\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd"
              "\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd"
              "\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd"),
          "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct secret_key key = { { 0 } };
        memcpy(key.bytes, cases[i].key.ptr, cases[i].key.len);
        struct bytes parts[2] = {
            bytes_of(cases[i].data.ptr, 3),
            bytes_of(cases[i].data.ptr + 3, cases[i].data.len - 3),
        };
        struct secret_hash hash = secret_hmac(&key, parts, 2);
        assert_hash(&hash, cases[i].hex);
    }
}

/* A known user's wrong password, an unknown user and a damaged hash all do not match. */
static void test_secret_password_matches_wrong_is_false(void **state)
{
    (void)state;
    char hash[SECRET_PASSWORD_HASH_MAX];
    assert_ok(secret_password_hash(STR("correct horse"), hash));
    assert_false(secret_password_matches(hash, STR("correct horsf")));
    assert_false(secret_password_matches(hash, STR("")));
    assert_false(secret_password_matches(NULL, STR("correct horse")));
    assert_false(secret_password_matches("", STR("correct horse")));
    hash[strlen(hash) - 2] = hash[strlen(hash) - 2] == 'A' ? 'B' : 'A';
    assert_false(secret_password_matches(hash, STR("correct horse")));
}

/* Hashes are argon2id with 64 MiB and 3 passes, salted, and match again. */
static void test_secret_password_hash_is_argon2id(void **state)
{
    (void)state;
    char first[SECRET_PASSWORD_HASH_MAX];
    char second[SECRET_PASSWORD_HASH_MAX];
    assert_ok(secret_password_hash(STR("correct horse"), first));
    assert_ok(secret_password_hash(STR("correct horse"), second));
    assert_string_not_equal(first, second);
    assert_true(str_starts_with(str_of(first), STR("$argon2id$v=19$m=65536,t=3,p=1$")));
    assert_true(secret_password_matches(first, STR("correct horse")));
    assert_true(secret_password_matches(second, STR("correct horse")));
}

/* A hash that the algorithm's reference implementation gives as an example. */
static void test_secret_password_matches_the_reference(void **state)
{
    (void)state;
    static const char hash[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                               "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assert_true(secret_password_matches(hash, STR("password")));
    assert_false(secret_password_matches(hash, STR("Password")));
}

/* A difference in any byte counts, and none in no bytes. */
static void test_secret_equal_any_byte_differs(void **state)
{
    (void)state;
    uint8_t a[32] = { 1, 2, 3 };
    uint8_t b[32];
    for (size_t i = 0; i < sizeof a; i++) {
        memcpy(b, a, sizeof a);
        assert_true(secret_equal(a, b, sizeof a));
        b[i] ^= 0x80;
        assert_false(secret_equal(a, b, sizeof a));
    }
    assert_true(secret_equal(a, b, 0));
}

/* Wiped memory is zero. */
static void test_secret_wipe_leaves_zeros(void **state)
{
    (void)state;
    static const uint8_t zeros[8];
    uint8_t key[10];
    memset(key, 0xaa, sizeof key);
    secret_wipe(key + 1, 8);
    assert_memory_equal(key + 1, zeros, 8);
    assert_int_equal(key[0], 0xaa);
    assert_int_equal(key[9], 0xaa);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secret_sha256_matches_fips_180),
        cmocka_unit_test(test_secret_hmac_matches_rfc_4231),
        cmocka_unit_test(test_secret_password_matches_wrong_is_false),
        cmocka_unit_test(test_secret_password_hash_is_argon2id),
        cmocka_unit_test(test_secret_password_matches_the_reference),
        cmocka_unit_test(test_secret_equal_any_byte_differs),
        cmocka_unit_test(test_secret_wipe_leaves_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
