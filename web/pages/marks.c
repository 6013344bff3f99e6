/* SPDX-License-Identifier: MIT */
#include "web/pages/marks.h"

#include <stdlib.h>

#include "app/service/events/events.h"

enum { WEEK_DAYS = 7, FORTNIGHT_DAYS = 14, LABEL_MAX = 1024 };

/* ---- Slots ------------------------------------------------------------------------------- */

static int64_t month_number(struct date date)
{
    struct date_parts parts = date_parts_of(date);
    return (int64_t)parts.year * 12 + parts.month;
}

/* Negative before the first slot. */
static int64_t slot_number(const struct marks_wanted *wanted, struct date date)
{
    if (wanted->unit == LAG_UNIT_MONTH) {
        return month_number(date) - month_number(wanted->first);
    }
    int64_t days = (int64_t)date.days - wanted->first.days;
    int64_t length = wanted->unit == LAG_UNIT_FORTNIGHT ? FORTNIGHT_DAYS : WEEK_DAYS;
    return days < 0 ? -1 : days / length;
}

bool marks_slot(const struct marks_wanted *wanted, struct date date, size_t *slot)
{
    int64_t number = slot_number(wanted, date);
    *slot = number < 0 ? 0 : (size_t)number;
    return number >= 0 && *slot < wanted->slots;
}

/* The last day of the last slot. */
static struct date end_of(const struct marks_wanted *wanted)
{
    struct date day = wanted->first;
    if (wanted->unit != LAG_UNIT_MONTH) {
        int32_t length = wanted->unit == LAG_UNIT_FORTNIGHT ? FORTNIGHT_DAYS : WEEK_DAYS;
        return date_add(day, (int32_t)wanted->slots * length - 1);
    }
    for (size_t i = 0; i < wanted->slots; i++) {
        day = date_next_month(day);
    }
    return date_add(day, -1);
}

/* ---- Words ------------------------------------------------------------------------------- */

static void add_part(struct buf *list, enum language language, enum text text,
                     struct text_values values)
{
    if (list->len > 0) {
        buf_add_text(list, ", ");
    }
    text_add(list, language, text, values);
}

/* "Reorganisation: Shops from 34 to 24 people, Online from 20 to 30 people" */
static struct str reorganisation_label(const struct page_context *page,
                                       const struct event *event)
{
    BUF_AUTO struct buf list = buf_new(LABEL_MAX);
    enum language language = services_language(page);
    size_t named = event->unit_count < EVENTS_UNITS_MAX ? event->unit_count : EVENTS_UNITS_MAX;
    for (size_t i = 0; i < named; i++) {
        const struct event_unit *unit = &event->units[i];
        add_part(&list, language, TEXT_MARK_UNIT_SIZE,
                 TEXT_VALUES(text_word(str_of(unit->name)), text_int(unit->before),
                             text_int(unit->after)));
    }
    if (event->unit_count > named) {
        add_part(&list, language, TEXT_MARK_UNITS_MORE,
                 TEXT_VALUES(text_int((int64_t)(event->unit_count - named))));
    }
    if (event->teams_reseated > 0) {
        add_part(&list, language, TEXT_MARK_TEAMS_RESEATED,
                 TEXT_VALUES(text_int((int64_t)event->teams_reseated)));
    }
    return services_say_with(page, TEXT_MARK_REORGANISED,
                             TEXT_VALUES(text_word(buf_str(&list))));
}

static struct str pause_label(const struct page_context *page, const struct event *event)
{
    if (event->label[0] == '\0') {
        return services_say(page, TEXT_CHART_NOT_ASKED);
    }
    return services_say_with(page, TEXT_MARK_PAUSE_NAMED,
                             TEXT_VALUES(text_word(str_of(event->label))));
}

/* ---- Marks ------------------------------------------------------------------------------- */

static enum chart_mark_kind kind_of(enum event_kind kind)
{
    switch (kind) {
    case EVENT_CORRECTION:
        return CHART_MARK_CORRECTION;
    case EVENT_REORGANISATION:
        return CHART_MARK_REORGANISATION;
    case EVENT_PAUSE:
        return CHART_MARK_HOLIDAY;
    case EVENT_ALERT:
        break;
    }
    return CHART_MARK_ALERT;
}

static struct str label_of(const struct page_context *page, const struct event *event)
{
    switch (event->kind) {
    case EVENT_CORRECTION:
        return str_of(event->label);
    case EVENT_REORGANISATION:
        return reorganisation_label(page, event);
    case EVENT_PAUSE:
        return pause_label(page, event);
    case EVENT_ALERT:
        break;
    }
    return services_say(page, event->is_above ? TEXT_MARK_ALERT_ABOVE : TEXT_MARK_ALERT_BELOW);
}

static struct chart_mark mark_of_event(const struct page_context *page,
                                       const struct marks_wanted *wanted,
                                       const struct event *event)
{
    bool is_pause = event->kind == EVENT_PAUSE;
    struct date last = is_pause ? date_add(event->last, WEEK_DAYS - 1) : event->last;
    struct chart_mark mark = {
        .kind = kind_of(event->kind),
        .when = is_pause
                    ? services_say_with(page, TEXT_MARK_DAYS,
                                        TEXT_VALUES(text_date(event->first), text_date(last)))
                    : services_day(page, event->first),
        .label = label_of(page, event),
    };
    /* The first week of a month's slot may begin before it. */
    (void)marks_slot(wanted, event->first, &mark.first);
    if (!marks_slot(wanted, last, &mark.last)) {
        mark.last = wanted->slots - 1;
    }
    return mark;
}

static int compare_mark(const void *a, const void *b)
{
    const struct chart_mark *left = a;
    const struct chart_mark *right = b;
    int by_slot = (left->first > right->first) - (left->first < right->first);
    return by_slot != 0 ? by_slot : (int)left->kind - (int)right->kind;
}

void marks_keep(struct chart_mark *items, size_t count, struct marks *out)
{
    if (count > 0) {
        qsort(items, count, sizeof *items, compare_mark);
    }
    size_t left_out = count > CHART_MARKS_MAX ? count - CHART_MARKS_MAX : 0;
    *out = (struct marks){ items + left_out, count - left_out, left_out };
}

dp_err marks_of(const struct page_context *page, const struct marks_wanted *wanted,
                struct marks *out)
{
    const struct appliance *appliance = services_of(page)->appliance;
    struct events events = { 0 };
    *out = (struct marks){ 0 };
    if (wanted->slots == 0) {
        return DP_SUCCESS;
    }
    struct events_wanted range = { .team = wanted->team,
                                   .from = date_monday(wanted->first),
                                   .to = date_monday(end_of(wanted)),
                                   .is_without_corrections = wanted->is_without_corrections };
    DP_TRY(events_of(appliance, &range, page->arena, &events));
    struct chart_mark *items = arena_take(page->arena, events.count + 1, sizeof *items);
    if (items == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < events.count; i++) {
        items[i] = mark_of_event(page, wanted, &events.items[i]);
    }
    marks_keep(items, events.count, out);
    out->left_out += events.left_out;
    return DP_SUCCESS;
}

void marks_note(const struct page_context *page, struct html *html, const struct marks *marks)
{
    if (marks->left_out > 0) {
        html_leaf(html, TAG_P, "soft",
                  services_say_with(page, TEXT_MARK_LEFT_OUT,
                                    TEXT_VALUES(text_int((int64_t)marks->left_out))));
    }
}
