/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "app/core/code.h"
#include "app/core/secret.h"
#include "tests/support/support.h"
#include "web/assets/assets.h"

enum { PHONE_STYLE_MAX = 5 * 1024, APP_STYLE_MAX = 32 * 1024 };

static void hash_text(struct bytes content, size_t bytes, char *out, size_t out_size)
{
    struct secret_hash hash = secret_sha256(&content, 1);
    code_hex(bytes_of(hash.bytes, bytes), out, out_size);
}

/* Another hash, another name, a path: not found. */
static void test_assets_find_unknown_names_give_null(void **state)
{
    (void)state;
    assert_null(assets_find(STR("")));
    assert_null(assets_find(STR("app.css")));
    assert_null(assets_find(STR("app-0000000000000000.css")));
    assert_null(assets_find(STR("../app.css")));
    assert_null(assets_find(assets_get(ASSET_APP_CSS)->path));
}

/* Every file is found under its name, which holds its content's hash, as path and ETag do. */
static void test_assets_get_names_hold_the_hash(void **state)
{
    (void)state;
    for (int id = 0; id < ASSET_COUNT; id++) {
        const struct asset *asset = assets_get((enum asset_id)id);
        char hash[CODE_HEX_LEN(8) + 1];
        hash_text(asset->content, 8, hash, sizeof hash);
        assert_ptr_equal(assets_find(asset->name), asset);
        assert_non_null(strstr(asset->name.ptr, hash));
        assert_true(str_starts_with(asset->path, STR("/assets/")));
        assert_true(str_ends_with(asset->path, asset->name));
        assert_int_equal(asset->etag.len, strlen(hash) + 2);
        assert_memory_equal(asset->etag.ptr + 1, hash, strlen(hash));
        assert_true(asset->content.len > 0);
    }
    assert_true(str_equal(assets_get(ASSET_APP_CSS)->type, STR("text/css; charset=utf-8")));
    assert_true(str_equal(assets_get(ASSET_ICON_SVG)->type, STR("image/svg+xml")));
}

/* The hash in the policy is that of the style: decoded back and compared. */
static void test_assets_phone_style_hash_is_right(void **state)
{
    (void)state;
    struct str style = assets_phone_style();
    struct bytes content = bytes_of(style.ptr, style.len);
    struct secret_hash wanted = secret_sha256(&content, 1);
    struct str text = assets_phone_style_hash();
    assert_true(str_starts_with(text, STR("sha256-")));
    assert_true(str_ends_with(text, STR("=")));
    char url_safe[CODE_BASE64_LEN(SECRET_HASH_BYTES) + 1];
    assert_true(str_copy(str_slice(text, 7, CODE_BASE64_LEN(SECRET_HASH_BYTES)), url_safe,
                         sizeof url_safe));
    for (char *c = url_safe; *c != '\0'; c++) {
        if (*c == '+') {
            *c = '-';
        }
        if (*c == '/') {
            *c = '_';
        }
    }
    struct secret_hash got;
    assert_ok(code_base64_read(str_of(url_safe), got.bytes, sizeof got.bytes));
    assert_memory_equal(got.bytes, wanted.bytes, sizeof got.bytes);
}

/* Styles stay small and hold neither comment nor address of another place. */
static void test_assets_styles_are_small_and_own(void **state)
{
    (void)state;
    struct str phone = assets_phone_style();
    struct bytes app = assets_get(ASSET_APP_CSS)->content;
    assert_in_range(phone.len, 1000, PHONE_STYLE_MAX);
    assert_in_range(app.len, 1000, APP_STYLE_MAX);
    static const char *const never[] = { "/*", "http", "//", "@import", "url(", "<" };
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        assert_null(memmem(phone.ptr, phone.len, never[i], strlen(never[i])));
        assert_null(memmem(app.ptr, app.len, never[i], strlen(never[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_assets_find_unknown_names_give_null),
        cmocka_unit_test(test_assets_get_names_hold_the_hash),
        cmocka_unit_test(test_assets_phone_style_hash_is_right),
        cmocka_unit_test(test_assets_styles_are_small_and_own),
    };
    secret_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
