/* SPDX-License-Identifier: MIT */
#include "tests/support/gallery/samples.h"
#include "web/html/parts.h"

static void hidden(struct html *html, struct str name, struct str value)
{
    html_open(html, TAG_INPUT);
    html_attr(html, ATTR_TYPE, STR("hidden"));
    html_attr(html, ATTR_NAME, name);
    html_attr(html, ATTR_VALUE, value);
}

static void promise(struct html *html)
{
    html_open(html, TAG_DETAILS);
    html_leaf(html, TAG_SUMMARY, NULL, STR("Who sees my answer?"));
    html_leaf(
        html, TAG_P, NULL,
        STR("Your answer goes into a sealed box. It is opened in the evening, together with "
            "the "
            "others. Results are shown only for groups of at least 5 people who answered. Then "
            "the key that could tie an answer to a person is destroyed. Whether you answered "
            "is "
            "kept only until then."));
    html_open(html, TAG_A);
    html_attr(html, ATTR_HREF, STR("/privacy"));
    html_text(html, STR("What this does not protect from"));
    html_close(html, TAG_DETAILS);
}

dp_err samples_answer(struct buf *out, struct arena *arena)
{
    (void)arena;
    struct html html = html_new(out);
    struct layout_phone frame = {
        .language = STR("en"),
        .title = STR("Today's question"),
        .organisation = STR("Northwind Hospital"),
        .demo_banner = STR("Demo: made-up company, nothing here is real."),
    };
    static const struct {
        struct str value;
        struct str label;
    } answers[] = {
        { { "5", 1 }, { "Very good", 9 } }, { { "4", 1 }, { "Good", 4 } },
        { { "3", 1 }, { "So-so", 5 } },     { { "2", 1 }, { "Not good", 8 } },
        { { "1", 1 }, { "Bad", 3 } },
    };
    layout_phone_open(&html, &frame);
    parts_form_open(&html, STR("/a/7K3MQ9ZT2H5WX8RB"), false);
    hidden(&html, STR("csrf"), STR("Zm9ydHktdGhyZWUtYnl0ZXMtb2YtYmFzZTY0LXRleHQ"));
    hidden(&html, STR("epoch"), STR("2026-03-10"));
    html_leaf(&html, TAG_P, "day", STR("Tuesday 10 March"));
    html_open(&html, TAG_FIELDSET);
    html_leaf(&html, TAG_LEGEND, NULL, STR("How was work today?"));
    for (int i = 0; i < 5; i++) {
        struct parts_choice choice = { STR("answer"), answers[i].value, answers[i].label,
                                       5 - i,         i == 1,           false };
        parts_choice(&html, &choice);
    }
    struct parts_choice quiet = { STR("answer"), STR("0"), STR("I'd rather not say"), 0,
                                  false,         true };
    parts_choice(&html, &quiet);
    html_close(&html, TAG_FIELDSET);
    promise(&html);
    parts_send(&html, STR("Send"));
    layout_phone_close(&html);
    return html_finish(&html);
}

dp_err samples_thanks(struct buf *out, struct arena *arena)
{
    (void)arena;
    struct html html = html_new(out);
    struct layout_phone frame = {
        .language = STR("de"),
        .title = STR("Danke"),
        .organisation = STR("Klinikum Nordwind"),
    };
    layout_phone_open(&html, &frame);
    parts_tick(&html);
    html_leaf(&html, TAG_H1, NULL, STR("Danke. Ihre Antwort zählt."));
    html_leaf(
        &html, TAG_P, NULL,
        STR("Bis 20:00 Uhr können Sie sie noch ändern. Die nächste Frage kommt morgen um 11:30 "
            "Uhr."));
    parts_button_link(&html, "quiet", STR("/a/7K3MQ9ZT2H5WX8RB"), STR("Antwort ändern"));
    html_open(&html, TAG_P);
    html_class(&html, "foot");
    html_open(&html, TAG_A);
    html_attr(&html, ATTR_HREF, STR("/privacy"));
    html_text(&html, STR("So bleibt Ihre Antwort vertraulich"));
    layout_phone_close(&html);
    return html_finish(&html);
}

dp_err samples_message(struct buf *out, struct arena *arena)
{
    (void)arena;
    struct html html = html_new(out);
    struct layout_phone frame = {
        .language = STR("en"),
        .title = STR("Closed"),
        .organisation = STR("Northwind Hospital"),
    };
    layout_phone_open(&html, &frame);
    html_leaf(&html, TAG_H1, NULL, STR("Today's question has closed."));
    html_leaf(&html, TAG_P, NULL,
              STR("The next one opens tomorrow at 11:30. The same link works."));
    parts_notice(&html, PARTS_WARN, STR("Your answers count only in Care at Home (9 people)."));
    layout_phone_close(&html);
    return html_finish(&html);
}
