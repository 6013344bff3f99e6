/* SPDX-License-Identifier: MIT */
/*
 * Target functions: html_open, html_close, html_attr, html_text, html_finish.
 *
 * The input is a row of calls: one byte says which, the next which element or attribute, the next how
 * many bytes follow as text. Whatever it asks for, the output must be balanced and escaped.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/htmlcheck.h"
#include "web/html/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUT_MAX = 1 << 16 };

struct input {
    const uint8_t *data;
    size_t left;
};

static uint8_t take(struct input *input)
{
    if (input->left == 0) {
        return 0;
    }
    input->left--;
    return *input->data++;
}

static struct str take_text(struct input *input)
{
    size_t len = take(input) % 32;
    len = len < input->left ? len : input->left;
    struct str text = { (const char *)input->data, len };
    input->data += len;
    input->left -= len;
    return text;
}

/* Ids and what refers to them have rules that a random text can't keep. */
static enum html_attr attr_of(uint8_t byte)
{
    enum html_attr name = (enum html_attr)(byte % ATTR_COUNT);
    bool is_reference = name == ATTR_ID || name == ATTR_FOR || name == ATTR_ARIA_LABELLEDBY ||
                        name == ATTR_ARIA_DESCRIBEDBY || name == ATTR_HREF;
    return is_reference ? ATTR_VALUE : name;
}

static void one_call(struct html *html, struct input *input)
{
    uint8_t call = take(input);
    uint8_t what = take(input);
    enum html_tag tag = (enum html_tag)(what % TAG_COUNT);
    switch (call % 8) {
    case 0:
    case 1:
    case 2:
        html_open(html, tag);
        break;
    case 3:
        html_attr(html, attr_of(what), take_text(input));
        break;
    case 4:
        html_flag(html, attr_of(what));
        break;
    case 5:
        html_close(html, tag);
        break;
    case 6:
        html_leaf(html, tag, "x", take_text(input));
        break;
    default:
        html_text(html, take_text(input));
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = { data, size };
    struct buf out BUF_AUTO = buf_new(take(&input) % 2 == 0 ? OUT_MAX : 256);
    struct html html = html_new(&out);
    while (input.left > 0) {
        one_call(&html, &input);
    }
    dp_err err = html_finish(&html);
    char why[HTMLCHECK_WHY_MAX];
    bool is_cut = out.failed != DP_OK;
    if (!is_cut && !htmlcheck(buf_str(&out), why)) {
        (void)fprintf(stderr, "%s\n%.*s\n", why, STR_ARG(buf_str(&out)));
        abort();
    }
    if (is_cut && err_is_ok(err)) {
        abort();
    }
    return 0;
}
