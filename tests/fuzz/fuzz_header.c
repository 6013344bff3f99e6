/* SPDX-License-Identifier: MIT */
/*
 * Target functions: cookie_find, language_pick, request_path_is_plain, response_next_is_safe,
 * csrf_check_origin, request_is_form: everything that reads a header or a path by itself.
 */
#include <stdlib.h>

#include "web/request/cookie.h"
#include "web/request/csrf.h"
#include "web/request/language.h"
#include "web/request/response.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool condition)
{
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct str languages[] = { { "en", 2 }, { "de", 2 } };
    struct str text = { (const char *)data, size };
    struct str value = STR("");
    if (cookie_find(text, COOKIE_SESSION, &value)) {
        expect(value.len > 0 && value.len <= COOKIE_VALUE_BYTES);
        expect(value.ptr >= text.ptr && value.ptr + value.len <= text.ptr + text.len);
    }
    struct str language = language_pick(text, languages, 2);
    expect(language.ptr == languages[0].ptr || language.ptr == languages[1].ptr);
    if (request_path_is_plain(text)) {
        expect(str_find_char(text, '%') == size && str_find_char(text, '\\') == size);
        expect(!str_starts_with(text, STR("//")));
    }
    if (response_next_is_safe(text)) {
        expect(text.ptr[0] == '/' && (text.len == 1 || text.ptr[1] != '/'));
        expect(str_find_char(text, ':') == size && str_find_char(text, '\\') == size);
    }
    struct request request = { .origin = text,
                               .host = STR("box.example"),
                               .content_type = text };
    if (err_is_ok(csrf_check_origin(&request))) {
        expect(size == 0 || str_equal(text, STR("null")) ||
               str_equal_nocase(text, STR("https://box.example")));
    }
    (void)request_is_form(&request);
    return 0;
}
