/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Every element and attribute that a page may use. What is not in these lists can't be written: there
 * is no `style`, no `on...`, no `srcdoc`. Adding one is adding a row; ask first whether the content
 * policy (web/headers.h) lets it work at all.
 *
 * Kinds of elements: HTML_NORMAL holds content, HTML_VOID has no end tag, HTML_SHAPE is an SVG element
 * that may close itself, HTML_NO_TEXT may not hold text. Kinds of attributes: HTML_PLAIN, HTML_URL
 * (only addresses of our own, anchors, mailto: and https:).
 */

#define HTML_TAGS(ROW)                             \
    ROW(TAG_A, "a", HTML_NORMAL)                   \
    ROW(TAG_ABBR, "abbr", HTML_NORMAL)             \
    ROW(TAG_ARTICLE, "article", HTML_NORMAL)       \
    ROW(TAG_ASIDE, "aside", HTML_NORMAL)           \
    ROW(TAG_B, "b", HTML_NORMAL)                   \
    ROW(TAG_BLOCKQUOTE, "blockquote", HTML_NORMAL) \
    ROW(TAG_BODY, "body", HTML_NORMAL)             \
    ROW(TAG_BR, "br", HTML_VOID)                   \
    ROW(TAG_BUTTON, "button", HTML_NORMAL)         \
    ROW(TAG_CAPTION, "caption", HTML_NORMAL)       \
    ROW(TAG_CODE, "code", HTML_NORMAL)             \
    ROW(TAG_COL, "col", HTML_VOID)                 \
    ROW(TAG_COLGROUP, "colgroup", HTML_NORMAL)     \
    ROW(TAG_DD, "dd", HTML_NORMAL)                 \
    ROW(TAG_DETAILS, "details", HTML_NORMAL)       \
    ROW(TAG_DIV, "div", HTML_NORMAL)               \
    ROW(TAG_DL, "dl", HTML_NORMAL)                 \
    ROW(TAG_DT, "dt", HTML_NORMAL)                 \
    ROW(TAG_EM, "em", HTML_NORMAL)                 \
    ROW(TAG_FIELDSET, "fieldset", HTML_NORMAL)     \
    ROW(TAG_FIGCAPTION, "figcaption", HTML_NORMAL) \
    ROW(TAG_FIGURE, "figure", HTML_NORMAL)         \
    ROW(TAG_FOOTER, "footer", HTML_NORMAL)         \
    ROW(TAG_FORM, "form", HTML_NORMAL)             \
    ROW(TAG_H1, "h1", HTML_NORMAL)                 \
    ROW(TAG_H2, "h2", HTML_NORMAL)                 \
    ROW(TAG_H3, "h3", HTML_NORMAL)                 \
    ROW(TAG_HEAD, "head", HTML_NORMAL)             \
    ROW(TAG_HEADER, "header", HTML_NORMAL)         \
    ROW(TAG_HR, "hr", HTML_VOID)                   \
    ROW(TAG_HTML, "html", HTML_NORMAL)             \
    ROW(TAG_IMG, "img", HTML_VOID)                 \
    ROW(TAG_INPUT, "input", HTML_VOID)             \
    ROW(TAG_KBD, "kbd", HTML_NORMAL)               \
    ROW(TAG_LABEL, "label", HTML_NORMAL)           \
    ROW(TAG_LEGEND, "legend", HTML_NORMAL)         \
    ROW(TAG_LI, "li", HTML_NORMAL)                 \
    ROW(TAG_LINK, "link", HTML_VOID)               \
    ROW(TAG_MAIN, "main", HTML_NORMAL)             \
    ROW(TAG_MARK, "mark", HTML_NORMAL)             \
    ROW(TAG_META, "meta", HTML_VOID)               \
    ROW(TAG_NAV, "nav", HTML_NORMAL)               \
    ROW(TAG_OL, "ol", HTML_NORMAL)                 \
    ROW(TAG_OPTGROUP, "optgroup", HTML_NORMAL)     \
    ROW(TAG_OPTION, "option", HTML_NORMAL)         \
    ROW(TAG_OUTPUT, "output", HTML_NORMAL)         \
    ROW(TAG_P, "p", HTML_NORMAL)                   \
    ROW(TAG_PRE, "pre", HTML_NORMAL)               \
    ROW(TAG_PROGRESS, "progress", HTML_NORMAL)     \
    ROW(TAG_SCRIPT, "script", HTML_NO_TEXT)        \
    ROW(TAG_SECTION, "section", HTML_NORMAL)       \
    ROW(TAG_SELECT, "select", HTML_NORMAL)         \
    ROW(TAG_SMALL, "small", HTML_NORMAL)           \
    ROW(TAG_SPAN, "span", HTML_NORMAL)             \
    ROW(TAG_STRONG, "strong", HTML_NORMAL)         \
    ROW(TAG_STYLE, "style", HTML_NO_TEXT)          \
    ROW(TAG_SUB, "sub", HTML_NORMAL)               \
    ROW(TAG_SUMMARY, "summary", HTML_NORMAL)       \
    ROW(TAG_SUP, "sup", HTML_NORMAL)               \
    ROW(TAG_TABLE, "table", HTML_NORMAL)           \
    ROW(TAG_TBODY, "tbody", HTML_NORMAL)           \
    ROW(TAG_TD, "td", HTML_NORMAL)                 \
    ROW(TAG_TEXTAREA, "textarea", HTML_NORMAL)     \
    ROW(TAG_TFOOT, "tfoot", HTML_NORMAL)           \
    ROW(TAG_TH, "th", HTML_NORMAL)                 \
    ROW(TAG_THEAD, "thead", HTML_NORMAL)           \
    ROW(TAG_TIME, "time", HTML_NORMAL)             \
    ROW(TAG_TITLE, "title", HTML_NORMAL)           \
    ROW(TAG_TR, "tr", HTML_NORMAL)                 \
    ROW(TAG_UL, "ul", HTML_NORMAL)                 \
    ROW(TAG_CIRCLE, "circle", HTML_SHAPE)          \
    ROW(TAG_DEFS, "defs", HTML_SHAPE)              \
    ROW(TAG_DESC, "desc", HTML_NORMAL)             \
    ROW(TAG_G, "g", HTML_SHAPE)                    \
    ROW(TAG_LINE, "line", HTML_SHAPE)              \
    ROW(TAG_PATH, "path", HTML_SHAPE)              \
    ROW(TAG_PATTERN, "pattern", HTML_SHAPE)        \
    ROW(TAG_RECT, "rect", HTML_SHAPE)              \
    ROW(TAG_SVG, "svg", HTML_SHAPE)                \
    ROW(TAG_TEXT, "text", HTML_NORMAL)             \
    ROW(TAG_TSPAN, "tspan", HTML_NORMAL)

#define HTML_ATTRS(ROW)                                              \
    ROW(ATTR_ACCEPT, "accept", HTML_PLAIN)                           \
    ROW(ATTR_ACTION, "action", HTML_URL)                             \
    ROW(ATTR_ALT, "alt", HTML_PLAIN)                                 \
    ROW(ATTR_ARIA_CURRENT, "aria-current", HTML_PLAIN)               \
    ROW(ATTR_ARIA_DESCRIBEDBY, "aria-describedby", HTML_PLAIN)       \
    ROW(ATTR_ARIA_HIDDEN, "aria-hidden", HTML_PLAIN)                 \
    ROW(ATTR_ARIA_INVALID, "aria-invalid", HTML_PLAIN)               \
    ROW(ATTR_ARIA_LABEL, "aria-label", HTML_PLAIN)                   \
    ROW(ATTR_ARIA_LABELLEDBY, "aria-labelledby", HTML_PLAIN)         \
    ROW(ATTR_ARIA_LIVE, "aria-live", HTML_PLAIN)                     \
    ROW(ATTR_AUTOCOMPLETE, "autocomplete", HTML_PLAIN)               \
    ROW(ATTR_AUTOFOCUS, "autofocus", HTML_PLAIN)                     \
    ROW(ATTR_CHARSET, "charset", HTML_PLAIN)                         \
    ROW(ATTR_CHECKED, "checked", HTML_PLAIN)                         \
    ROW(ATTR_CLASS, "class", HTML_PLAIN)                             \
    ROW(ATTR_COLS, "cols", HTML_PLAIN)                               \
    ROW(ATTR_COLSPAN, "colspan", HTML_PLAIN)                         \
    ROW(ATTR_CONTENT, "content", HTML_PLAIN)                         \
    ROW(ATTR_DATETIME, "datetime", HTML_PLAIN)                       \
    ROW(ATTR_DEFER, "defer", HTML_PLAIN)                             \
    ROW(ATTR_DIR, "dir", HTML_PLAIN)                                 \
    ROW(ATTR_DISABLED, "disabled", HTML_PLAIN)                       \
    ROW(ATTR_DOWNLOAD, "download", HTML_PLAIN)                       \
    ROW(ATTR_ENCTYPE, "enctype", HTML_PLAIN)                         \
    ROW(ATTR_FOR, "for", HTML_PLAIN)                                 \
    ROW(ATTR_FORM, "form", HTML_PLAIN)                               \
    ROW(ATTR_HEADERS, "headers", HTML_PLAIN)                         \
    ROW(ATTR_HEIGHT, "height", HTML_PLAIN)                           \
    ROW(ATTR_HREF, "href", HTML_URL)                                 \
    ROW(ATTR_HREFLANG, "hreflang", HTML_PLAIN)                       \
    ROW(ATTR_HTTP_EQUIV, "http-equiv", HTML_PLAIN)                   \
    ROW(ATTR_ID, "id", HTML_PLAIN)                                   \
    ROW(ATTR_INPUTMODE, "inputmode", HTML_PLAIN)                     \
    ROW(ATTR_LABEL, "label", HTML_PLAIN)                             \
    ROW(ATTR_LANG, "lang", HTML_PLAIN)                               \
    ROW(ATTR_MAX, "max", HTML_PLAIN)                                 \
    ROW(ATTR_MAXLENGTH, "maxlength", HTML_PLAIN)                     \
    ROW(ATTR_MEDIA, "media", HTML_PLAIN)                             \
    ROW(ATTR_METHOD, "method", HTML_PLAIN)                           \
    ROW(ATTR_MIN, "min", HTML_PLAIN)                                 \
    ROW(ATTR_MINLENGTH, "minlength", HTML_PLAIN)                     \
    ROW(ATTR_MULTIPLE, "multiple", HTML_PLAIN)                       \
    ROW(ATTR_NAME, "name", HTML_PLAIN)                               \
    ROW(ATTR_NOVALIDATE, "novalidate", HTML_PLAIN)                   \
    ROW(ATTR_OPEN, "open", HTML_PLAIN)                               \
    ROW(ATTR_PLACEHOLDER, "placeholder", HTML_PLAIN)                 \
    ROW(ATTR_READONLY, "readonly", HTML_PLAIN)                       \
    ROW(ATTR_REL, "rel", HTML_PLAIN)                                 \
    ROW(ATTR_REQUIRED, "required", HTML_PLAIN)                       \
    ROW(ATTR_ROLE, "role", HTML_PLAIN)                               \
    ROW(ATTR_ROWS, "rows", HTML_PLAIN)                               \
    ROW(ATTR_ROWSPAN, "rowspan", HTML_PLAIN)                         \
    ROW(ATTR_SCOPE, "scope", HTML_PLAIN)                             \
    ROW(ATTR_SELECTED, "selected", HTML_PLAIN)                       \
    ROW(ATTR_SIZE, "size", HTML_PLAIN)                               \
    ROW(ATTR_SPELLCHECK, "spellcheck", HTML_PLAIN)                   \
    ROW(ATTR_SRC, "src", HTML_URL)                                   \
    ROW(ATTR_START, "start", HTML_PLAIN)                             \
    ROW(ATTR_STEP, "step", HTML_PLAIN)                               \
    ROW(ATTR_TABINDEX, "tabindex", HTML_PLAIN)                       \
    ROW(ATTR_TITLE, "title", HTML_PLAIN)                             \
    ROW(ATTR_TYPE, "type", HTML_PLAIN)                               \
    ROW(ATTR_VALUE, "value", HTML_PLAIN)                             \
    ROW(ATTR_WIDTH, "width", HTML_PLAIN)                             \
    ROW(ATTR_CX, "cx", HTML_PLAIN)                                   \
    ROW(ATTR_CY, "cy", HTML_PLAIN)                                   \
    ROW(ATTR_D, "d", HTML_PLAIN)                                     \
    ROW(ATTR_DX, "dx", HTML_PLAIN)                                   \
    ROW(ATTR_DY, "dy", HTML_PLAIN)                                   \
    ROW(ATTR_FILL, "fill", HTML_PLAIN)                               \
    ROW(ATTR_FOCUSABLE, "focusable", HTML_PLAIN)                     \
    ROW(ATTR_PATTERNTRANSFORM, "patternTransform", HTML_PLAIN)       \
    ROW(ATTR_PATTERNUNITS, "patternUnits", HTML_PLAIN)               \
    ROW(ATTR_PRESERVEASPECTRATIO, "preserveAspectRatio", HTML_PLAIN) \
    ROW(ATTR_R, "r", HTML_PLAIN)                                     \
    ROW(ATTR_RX, "rx", HTML_PLAIN)                                   \
    ROW(ATTR_RY, "ry", HTML_PLAIN)                                   \
    ROW(ATTR_STROKE, "stroke", HTML_PLAIN)                           \
    ROW(ATTR_STROKE_DASHARRAY, "stroke-dasharray", HTML_PLAIN)       \
    ROW(ATTR_STROKE_LINECAP, "stroke-linecap", HTML_PLAIN)           \
    ROW(ATTR_STROKE_LINEJOIN, "stroke-linejoin", HTML_PLAIN)         \
    ROW(ATTR_STROKE_WIDTH, "stroke-width", HTML_PLAIN)               \
    ROW(ATTR_TEXT_ANCHOR, "text-anchor", HTML_PLAIN)                 \
    ROW(ATTR_TRANSFORM, "transform", HTML_PLAIN)                     \
    ROW(ATTR_VECTOR_EFFECT, "vector-effect", HTML_PLAIN)             \
    ROW(ATTR_VIEWBOX, "viewBox", HTML_PLAIN)                         \
    ROW(ATTR_X, "x", HTML_PLAIN)                                     \
    ROW(ATTR_X1, "x1", HTML_PLAIN)                                   \
    ROW(ATTR_X2, "x2", HTML_PLAIN)                                   \
    ROW(ATTR_XMLNS, "xmlns", HTML_PLAIN)                             \
    ROW(ATTR_Y, "y", HTML_PLAIN)                                     \
    ROW(ATTR_Y1, "y1", HTML_PLAIN)                                   \
    ROW(ATTR_Y2, "y2", HTML_PLAIN)

#define HTML_ENUM_ROW(id, text, kind) id,

enum html_tag { HTML_TAGS(HTML_ENUM_ROW) TAG_COUNT };
enum html_attr { HTML_ATTRS(HTML_ENUM_ROW) ATTR_COUNT };
