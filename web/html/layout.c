/* SPDX-License-Identifier: MIT */
#include "web/html/layout.h"

#include "web/assets/assets.h"

static void meta(struct html *html, struct str name, struct str content)
{
    html_open(html, TAG_META);
    html_attr(html, ATTR_NAME, name);
    html_attr(html, ATTR_CONTENT, content);
}

static void link_to(struct html *html, struct str rel, struct str path)
{
    html_open(html, TAG_LINK);
    html_attr(html, ATTR_REL, rel);
    html_attr(html, ATTR_HREF, path);
}

static void open_head(struct html *html, struct str language)
{
    html_doctype(html);
    html_open(html, TAG_HTML);
    html_attr(html, ATTR_LANG, language);
    html_open(html, TAG_HEAD);
    html_open(html, TAG_META);
    html_attr(html, ATTR_CHARSET, STR("utf-8"));
    meta(html, STR("viewport"), STR("width=device-width, initial-scale=1, viewport-fit=cover"));
}

/* The mark: a pulse with the sun of a new day. */
static void mark(struct html *html)
{
    html_raw(
        html,
        "<svg class=\"mark\" viewBox=\"0 0 32 32\" aria-hidden=\"true\" focusable=\"false\">"
        "<path d=\"M2 19h7l3.5-10 6.5 16 3.5-9 2 3H30\"/>"
        "<circle cx=\"26\" cy=\"7\" r=\"3.5\"/></svg>");
}

static void banner(struct html *html, struct str text)
{
    if (text.len > 0) {
        html_leaf(html, TAG_P, "banner", text);
    }
}

static void list_of_links(struct html *html, const struct layout_link *links, size_t count)
{
    html_open(html, TAG_UL);
    for (size_t i = 0; i < count; i++) {
        html_open(html, TAG_LI);
        html_open(html, TAG_A);
        html_attr(html, ATTR_HREF, links[i].path);
        if (links[i].is_current) {
            html_attr(html, ATTR_ARIA_CURRENT, STR("page"));
        }
        html_text(html, links[i].label);
        html_close(html, TAG_A);
        html_close(html, TAG_LI);
    }
    html_close(html, TAG_UL);
}

static void log_out(struct html *html, const struct layout_page *page)
{
    html_open(html, TAG_FORM);
    html_attr(html, ATTR_METHOD, STR("post"));
    html_attr(html, ATTR_ACTION, page->logout_path);
    html_open(html, TAG_INPUT);
    html_attr(html, ATTR_TYPE, STR("hidden"));
    html_attr(html, ATTR_NAME, STR("csrf"));
    html_attr(html, ATTR_VALUE, page->csrf);
    html_leaf(html, TAG_SPAN, "who", page->account);
    html_open(html, TAG_BUTTON);
    html_class(html, "button quiet small");
    html_text(html, page->words->log_out);
    html_close(html, TAG_FORM);
}

static void header(struct html *html, const struct layout_page *page)
{
    html_open(html, TAG_HEADER);
    html_class(html, "top");
    html_open(html, TAG_DIV);
    html_class(html, "top-in");
    html_open(html, TAG_A);
    html_class(html, "brand");
    html_attr(html, ATTR_HREF, STR("/"));
    mark(html);
    html_leaf(html, TAG_SPAN, NULL, STR("Daypulse"));
    html_close(html, TAG_A);
    if (page->organisation.len > 0) {
        html_leaf(html, TAG_SPAN, "organisation", page->organisation);
    }
    html_open(html, TAG_DIV);
    html_class(html, "top-end");
    if (page->language_count > 0) {
        list_of_links(html, page->languages, page->language_count);
    }
    if (page->account.len > 0) {
        log_out(html, page);
    }
    html_close(html, TAG_DIV);
    html_close(html, TAG_DIV);
    if (page->link_count > 0) {
        html_open(html, TAG_NAV);
        html_attr(html, ATTR_ARIA_LABEL, page->words->navigation);
        list_of_links(html, page->links, page->link_count);
        html_close(html, TAG_NAV);
    }
    html_close(html, TAG_HEADER);
}

void layout_open(struct html *html, const struct layout_page *page)
{
    open_head(html, page->language);
    html_open(html, TAG_TITLE);
    html_text(html, page->title);
    html_text(html, STR(" \xc2\xb7 "));
    html_text(html, page->organisation.len > 0 ? page->organisation : STR("Daypulse"));
    html_close(html, TAG_TITLE);
    link_to(html, STR("icon"), assets_get(ASSET_ICON_SVG)->path);
    link_to(html, STR("stylesheet"), assets_get(ASSET_APP_CSS)->path);
    html_close(html, TAG_HEAD);
    html_open(html, TAG_BODY);
    if (page->is_narrow) {
        html_class(html, "narrow");
    }
    html_open(html, TAG_A);
    html_class(html, "skip");
    html_attr(html, ATTR_HREF, STR("#main"));
    html_text(html, page->words->skip);
    html_close(html, TAG_A);
    banner(html, page->demo_banner);
    header(html, page);
    html_open(html, TAG_MAIN);
    html_attr(html, ATTR_ID, STR("main"));
    html_attr(html, ATTR_TABINDEX, STR("-1"));
}

void layout_close(struct html *html, const struct layout_page *page)
{
    html_close(html, TAG_MAIN);
    html_open(html, TAG_FOOTER);
    html_class(html, "foot");
    html_leaf(html, TAG_P, NULL, page->footer);
    if (page->footer_link_count > 0) {
        list_of_links(html, page->footer_links, page->footer_link_count);
    }
    html_close(html, TAG_FOOTER);
    html_close(html, TAG_HTML);
}

void layout_phone_open(struct html *html, const struct layout_phone *phone)
{
    open_head(html, phone->language);
    html_leaf(html, TAG_TITLE, NULL, phone->title);
    link_to(html, STR("icon"), STR("data:,"));
    html_phone_style(html);
    html_close(html, TAG_HEAD);
    html_open(html, TAG_BODY);
    banner(html, phone->demo_banner);
    html_open(html, TAG_MAIN);
    html_open(html, TAG_P);
    html_class(html, "brand");
    mark(html);
    html_text(html, phone->organisation.len > 0 ? phone->organisation : STR("Daypulse"));
    html_close(html, TAG_P);
}

void layout_phone_close(struct html *html)
{
    html_close(html, TAG_HTML);
}
