/* SPDX-License-Identifier: MIT */
#include "web/pages/outcome_tabs.h"

#include "app/core/code.h"

struct str outcome_name(const struct page_context *page, const struct link_pair *pair)
{
    return str_of(pair->metric.name[services_language(page)]);
}

struct str outcome_path(const struct page_context *page, const char *path,
                        const struct link_pair *pair)
{
    char metric[CODE_URL_LEN(CODE_MAX) + 1];
    char source[CODE_URL_LEN(CODE_MAX) + 1];
    code_url(str_of(pair->metric.code), metric, sizeof metric);
    code_url(str_of(pair->source), source, sizeof source);
    return arena_fmt(page->arena, "%s?metric=%s&source=%s", path, metric, source);
}

const struct link_pair *outcome_asked(const struct link_pair *pairs, size_t count,
                                      const struct field *metric, const struct field *source)
{
    if (metric->state != FIELD_VALID) {
        return &pairs[0];
    }
    for (size_t i = 0; i < count; i++) {
        bool is_source = source->state != FIELD_VALID ||
                         str_equal(source->text, str_of(pairs[i].source));
        if (is_source && str_equal(metric->text, str_of(pairs[i].metric.code))) {
            return &pairs[i];
        }
    }
    return NULL;
}

dp_err outcome_tabs(const struct page_context *page, struct html *html, const char *path,
                    const struct link_pair *pairs, size_t count, const struct link_pair *current)
{
    struct layout_link *links = arena_take(page->arena, count, sizeof *links);
    if (links == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        const struct link_pair *pair = &pairs[i];
        bool is_same_metric =
            str_equal(str_of(pair->metric.code), str_of(current->metric.code));
        bool is_same_source = str_equal(str_of(pair->source), str_of(current->source));
        links[i] = (struct layout_link){
            .path = outcome_path(page, path, pair),
            .label = services_say_with(page, TEXT_LINK_OF_SOURCE,
                                       TEXT_VALUES(text_word(outcome_name(page, pair)),
                                                   text_word(str_of(pair->source)))),
            .is_current = is_same_metric && is_same_source,
        };
    }
    parts_tabs(html, services_say(page, TEXT_LINK_OUTCOMES), links, count);
    return DP_SUCCESS;
}
