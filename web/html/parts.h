/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The recurring pieces of a page, so that all pages look and behave alike: notices, badges, figures,
 * labelled inputs with their hint and error, tabs, the answer page's choices. Their looks are in
 * web/assets/app.css and phone.css under the class names used here. All words come from the caller.
 */

#include "web/html/layout.h"

/** The mood of a notice or badge. It is never the only carrier: the words say it too. */
enum parts_tone {
    PARTS_PLAIN,
    PARTS_GOOD,
    PARTS_WARN,
    PARTS_BAD,
};

/** A boxed sentence. */
void parts_notice(struct html *html, enum parts_tone tone, struct str text);

/** A short word in a pill. */
void parts_badge(struct html *html, enum parts_tone tone, struct str text);

/** The page's heading and the sentence below it (may be empty). */
void parts_heading(struct html *html, struct str title, struct str lead);

/** A large figure with what it is, and a line below. */
struct parts_stat {
    struct str label;
    struct str value; /* "3.8", or a reason such as "fewer than 5 answered" with is_hidden */
    struct str note;  /* "3.6 to 4.0, 212 answers" */
    struct str change;
    enum parts_tone tone; /* of the change */
    bool is_hidden;
};
void parts_stat(struct html *html, const struct parts_stat *stat);

/** Says that a figure is not shown and why, in running text or a table cell. */
void parts_hidden(struct html *html, struct str reason);

/** A box for the verdict of a page: badge with the grade, the sentence, and what the page adds. */
void parts_verdict_open(struct html *html, enum parts_tone tone, struct str grade,
                        struct str sentence);
void parts_verdict_close(struct html *html);

/** A card with a heading. */
void parts_card_open(struct html *html, struct str heading);
void parts_card_close(struct html *html);

/** A table that scrolls by itself on a narrow screen. Write <caption>, <thead>, <tbody> inside. */
void parts_table_open(struct html *html, struct str label);
void parts_table_close(struct html *html);

/** A row of links of which one is current. */
void parts_tabs(struct html *html, struct str label, const struct layout_link *links,
                size_t count);

/** One labelled input. */
struct parts_field {
    struct str name; /* also its id */
    struct str label;
    struct str hint;         /* may be empty */
    struct str error;        /* may be empty; is tied to the input for screen readers */
    struct str type;         /* "text", "password", "date", "number", "file" */
    struct str value;        /* never given back for passwords */
    struct str autocomplete; /* "username", "current-password", "one-time-code"; may be empty */
    bool is_required;
    int64_t max_length; /* 0: none */
};
void parts_field(struct html *html, const struct parts_field *field);

/** One labelled text of several lines; the field's type and autocomplete are not used. */
void parts_area(struct html *html, const struct parts_field *field, int rows);

/** A labelled list to choose one from. */
struct parts_option {
    struct str value;
    struct str label;
};
struct parts_select {
    struct str name;
    struct str label;
    struct str hint;
    struct str error;
    const struct parts_option *options;
    const struct str *groups; /* of each option, equal ones side by side; may be NULL */
    size_t option_count;
    struct str value; /* the chosen one */
    bool is_required; /* an option without value does not count */
};
void parts_select(struct html *html, const struct parts_select *select);

/** Boxes or radio buttons that belong together, under one label. */
struct parts_group {
    struct str name; /* also its id */
    struct str label;
    struct str hint;
    struct str error;
};
void parts_group_open(struct html *html, const struct parts_group *group);
void parts_group_close(struct html *html);

/** One of them, with its label. */
struct parts_tickable {
    struct str name;
    struct str value;
    struct str label;
    bool is_radio; /* else a box */
    bool is_checked;
};
void parts_tickable(struct html *html, const struct parts_tickable *tickable);

/** A form's begin: POST (or GET when is_get) to an address of our own. */
void parts_form_open(struct html *html, struct str path, bool is_get);

/** The button that sends the form. `classes` beside "button", such as "primary" or "quiet". */
void parts_button(struct html *html, const char *classes, struct str label);

/** A link that looks like a button. */
void parts_button_link(struct html *html, const char *classes, struct str path,
                       struct str label);

/** One answer of the phone page: a radio as a card of at least 56 pixels. `face` 1..5 draws a face
 * (only where the answers go from bad to good), 0 draws none. */
struct parts_choice {
    struct str name;
    struct str value;
    struct str label;
    int face;
    bool is_checked;
    bool is_quiet; /* "prefer not to say" */
};
void parts_choice(struct html *html, const struct parts_choice *choice);

/** The bar with the phone page's Send button, at the bottom of the screen. */
void parts_send(struct html *html, struct str label);

/** The tick of the thanks page. */
void parts_tick(struct html *html);
