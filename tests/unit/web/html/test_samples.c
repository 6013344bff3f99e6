/* SPDX-License-Identifier: MIT */
/* Properties of whole pages, held on the gallery's samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/gallery/samples.h"
#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "web/headers.h"

enum {
    OUT_MAX = 1 << 20,
    ARENA_MAX = 1 << 20,
    PHONE_BYTES = 14 * 1024,
    ARENA_STEP = 4096,
    ARENA_LIMIT = 65536
};

/* Every sample page is balanced, escaped, without inline style, its ids and references in order. */
static void test_samples_all_pages_keep_the_rules(void **state)
{
    (void)state;
    size_t count = 0;
    const struct sample *samples = samples_all(&count);
    for (size_t i = 0; i < count; i++) {
        struct buf out BUF_AUTO = buf_new(OUT_MAX);
        struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
        char why[HTMLCHECK_WHY_MAX];
        assert_ok(samples[i].write(&out, &arena));
        if (!htmlcheck(buf_str(&out), why)) {
            fail_msg("%s: %s", samples[i].name, why);
        }
    }
}

/* A phone page with all headers fits into 14 KB, with room for a longer question. */
static void test_samples_phone_pages_are_small(void **state)
{
    (void)state;
    size_t count = 0;
    const struct sample *samples = samples_all(&count);
    struct buf headers BUF_AUTO = buf_new(OUT_MAX);
    headers_security(&headers, HEADERS_PHONE);
    for (size_t i = 0; i < count; i++) {
        struct buf out BUF_AUTO = buf_new(OUT_MAX);
        struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
        assert_ok(samples[i].write(&out, &arena));
        if (samples[i].is_phone) {
            assert_in_range(out.len + headers.len, 1000, PHONE_BYTES - 4096);
            assert_null(memmem(out.data, out.len, "/assets/", 8));
        }
    }
}

/* With any small arena or buffer a page fails or is whole; it never breaks. */
static void test_samples_small_memory_never_breaks(void **state)
{
    (void)state;
    size_t count = 0;
    const struct sample *samples = samples_all(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t cap = 0; cap < ARENA_LIMIT; cap += ARENA_STEP) {
            struct buf out BUF_AUTO = buf_new(OUT_MAX);
            struct buf small BUF_AUTO = buf_new(cap / 4);
            struct arena arena ARENA_AUTO = arena_new(cap);
            struct arena whole ARENA_AUTO = arena_new(ARENA_MAX);
            char why[HTMLCHECK_WHY_MAX];
            if (err_is_ok(samples[i].write(&out, &arena))) {
                assert_true(htmlcheck(buf_str(&out), why));
            }
            dp_err err = samples[i].write(&small, &whole);
            assert_true(err_is_ok(err) || err_is(err, DP_FULL));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples_all_pages_keep_the_rules),
        cmocka_unit_test(test_samples_phone_pages_are_small),
        cmocka_unit_test(test_samples_small_memory_never_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
