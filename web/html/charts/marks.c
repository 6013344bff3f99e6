/* SPDX-License-Identifier: MIT */
#include "web/html/charts/marks.h"

#include "web/html/charts/plot.h"

enum {
    CIRCLE_PX = 9,
    CIRCLE_Y_PX = 10,
    LABEL_Y_PX = 14,
    WIDE_PLOT_PX = 760,   /* what "wide" promises at least */
    NARROW_PLOT_PX = 280, /* a phone's */
    NUDGE_PX = 10,        /* the steps that app.css has for numbers on a phone */
    NUDGE_MORE_PX = 19,
    LETTER_PX = 7,
};

static const char *kind_class(enum chart_mark_kind kind)
{
    switch (kind) {
    case CHART_MARK_CORRECTION:
        return "mark-correction";
    case CHART_MARK_REORGANISATION:
        return "mark-reorganisation";
    case CHART_MARK_HOLIDAY:
        return "mark-holiday";
    case CHART_MARK_ALERT:
        return "mark-alert";
    }
    return "";
}

static void draw_stretch(struct html *html, const struct chart_mark *mark,
                         const struct marks_place *place)
{
    double from = (double)mark->first * 100 / (double)place->slot_count;
    double to = ((double)mark->last + 1) * 100 / (double)place->slot_count;
    html_open(html, TAG_RECT);
    html_class(html, "stretch");
    html_attr_pct(html, ATTR_X, from);
    html_attr_num(html, ATTR_Y, MARKS_TOP_PX);
    html_attr_pct(html, ATTR_WIDTH, to - from);
    html_attr_num(html, ATTR_HEIGHT, place->bottom_px - MARKS_TOP_PX);
    html_close(html, TAG_RECT);
}

static void draw_line(struct html *html, double x_pct, double bottom_px)
{
    html_open(html, TAG_LINE);
    html_class(html, "moment");
    html_attr_pct(html, ATTR_X1, x_pct);
    html_attr_pct(html, ATTR_X2, x_pct);
    html_attr_num(html, ATTR_Y1, CIRCLE_Y_PX + CIRCLE_PX);
    html_attr_num(html, ATTR_Y2, bottom_px);
    html_attr(html, ATTR_STROKE_DASHARRAY, STR("3 3"));
    html_close(html, TAG_LINE);
}

/* Where a number stands. */
struct number_place {
    double x_pct;
    double aside_px; /* to the right of its line, because one of the same slot stands on it */
    int nudge_px;    /* further to the right on a phone, where another one is near */
};

static void draw_number(struct html *html, const struct number_place *place, size_t number)
{
    double x_pct = place->x_pct;
    html_open(html, TAG_G);
    if (place->nudge_px > 0) {
        html_attr_fmt(html, ATTR_CLASS, "nudge-%d", place->nudge_px);
    }
    html_open(html, TAG_G);
    if (place->aside_px > 0) {
        html_attr_fmt(html, ATTR_TRANSFORM, "translate(%.0f 0)", place->aside_px);
    }
    html_open(html, TAG_CIRCLE);
    html_attr_pct(html, ATTR_CX, x_pct);
    html_attr_num(html, ATTR_CY, CIRCLE_Y_PX);
    html_attr_num(html, ATTR_R, CIRCLE_PX);
    html_close(html, TAG_CIRCLE);
    html_open(html, TAG_TEXT);
    html_class(html, "number");
    html_attr_pct(html, ATTR_X, x_pct);
    html_attr_num(html, ATTR_Y, LABEL_Y_PX);
    html_attr(html, ATTR_TEXT_ANCHOR, STR("middle"));
    html_fmt(html, "%zu", number);
    html_close(html, TAG_G);
    html_close(html, TAG_G);
}

/* The words go to the right of the number where they end before the next one. */
static void draw_label(struct html *html, struct str label, double x_pct, double aside_px,
                       double next_pct)
{
    double room_px = (next_pct - x_pct) * WIDE_PLOT_PX / 100 - 3 * CIRCLE_PX - aside_px;
    if ((double)str_code_points(label) * LETTER_PX > room_px) {
        return;
    }
    html_open(html, TAG_TEXT);
    html_class(html, "words wide");
    html_attr_pct(html, ATTR_X, x_pct);
    html_attr_num(html, ATTR_Y, LABEL_Y_PX);
    html_attr_num(html, ATTR_DX, CIRCLE_PX + 4 + aside_px);
    html_text(html, label);
    html_close(html, TAG_TEXT);
}

/* Takes: the place of the number before on a phone, which is made this one's. */
static struct number_place place_number(double x_pct, double aside_px, double *narrow_px)
{
    double own_px = x_pct * NARROW_PLOT_PX / 100 + aside_px;
    double missing_px = *narrow_px + 2 * CIRCLE_PX - own_px;
    struct number_place place = { .x_pct = x_pct, .aside_px = aside_px };
    if (missing_px > 0) {
        place.nudge_px = missing_px <= NUDGE_PX ? NUDGE_PX : NUDGE_MORE_PX;
    }
    *narrow_px = own_px + place.nudge_px;
    return place;
}

void marks_draw(struct html *html, const struct chart_mark *marks, size_t count,
                const struct marks_place *place)
{
    DP_CHECK(count <= CHART_MARKS_MAX);
    double aside_px = 0; /* marks of one slot stand side by side */
    double narrow_px = -NARROW_PLOT_PX;
    for (size_t i = 0; i < count; i++) {
        DP_CHECK(marks[i].first <= marks[i].last && marks[i].last < place->slot_count);
        double x_pct = plot_x_of(marks[i].first, place->slot_count);
        bool is_beside = i > 0 && marks[i].first == marks[i - 1].first;
        aside_px = is_beside ? aside_px + 2 * CIRCLE_PX + 1 : 0;
        double next_pct = i + 1 < count ? plot_x_of(marks[i + 1].first, place->slot_count)
                                        : 100;
        struct number_place number = place_number(x_pct, aside_px, &narrow_px);
        html_open(html, TAG_G);
        html_attr_fmt(html, ATTR_CLASS, "mark %s", kind_class(marks[i].kind));
        if (marks[i].last > marks[i].first) {
            draw_stretch(html, &marks[i], place);
        }
        draw_line(html, x_pct, place->bottom_px);
        draw_number(html, &number, i + 1);
        draw_label(html, marks[i].label, x_pct, aside_px, next_pct);
        html_close(html, TAG_G);
    }
}

void marks_list(struct html *html, const struct chart_mark *marks, size_t count)
{
    if (count == 0) {
        return;
    }
    html_open(html, TAG_OL);
    html_class(html, "marks");
    for (size_t i = 0; i < count; i++) {
        html_open(html, TAG_LI);
        html_class(html, kind_class(marks[i].kind));
        html_leaf(html, TAG_B, NULL, marks[i].when);
        html_text(html, STR(" "));
        html_text(html, marks[i].label);
        html_close(html, TAG_LI);
    }
    html_close(html, TAG_OL);
}
