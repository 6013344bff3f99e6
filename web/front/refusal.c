/* SPDX-License-Identifier: MIT */
#include "web/front/refusal.h"

#include "web/headers.h"

enum { PAGE_MAX_BYTES = 2048 };

struct row {
    int status;
    const char *reason;
    const char *extra;   /* one header line, or NULL */
    const char *english; /* NULL: the sentence of what a browser never sends */
    const char *german;
};

static const struct row rows[] = {
    { 405, "Method Not Allowed", "Allow: GET, HEAD, POST\r\n", NULL, NULL },
    { 408, "Request Timeout", NULL, "The connection was too slow. Please try again.",
      "Die Verbindung war zu langsam. Bitte noch einmal versuchen." },
    { 411, "Length Required", NULL, NULL, NULL },
    { 413, "Content Too Large", NULL, "What you sent is too large.",
      "Die Sendung ist zu gro\u00df." },
    { 414, "URI Too Long", NULL, NULL, NULL },
    { 415, "Unsupported Media Type", NULL, NULL, NULL },
    { 417, "Expectation Failed", NULL, NULL, NULL },
    { 431, "Request Header Fields Too Large", NULL, NULL, NULL },
    { 501, "Not Implemented", NULL, NULL, NULL },
    { 502, "Bad Gateway", NULL, "Something went wrong on our side. Please try again.",
      "Auf unserer Seite ging etwas schief. Bitte noch einmal versuchen." },
    { 503, "Service Unavailable", "Retry-After: 5\r\n",
      "Daypulse is busy or restarting. Please try again in a few seconds.",
      "Daypulse ist ausgelastet oder startet neu. Bitte in wenigen Sekunden noch einmal "
      "versuchen." },
    { 505, "HTTP Version Not Supported", NULL, NULL, NULL },
};

static const struct row bad_request = { 400, "Bad Request", NULL, NULL, NULL };

static const struct row *find_row(int status)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].status == status) {
            return &rows[i];
        }
    }
    return &bad_request;
}

static void write_page(const struct row *row, struct buf *page)
{
    bool is_rare = row->english == NULL;
    buf_fmt(page,
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width\">"
            "<title>%s</title></head>\n<body><h1>%s</h1>\n<p>%s</p>\n<p lang=\"de\">%s</p>\n"
            "</body></html>\n",
            row->reason, row->reason,
            is_rare ? "This request can't be answered." : row->english,
            is_rare ? "Diese Anfrage kann nicht beantwortet werden." : row->german);
}

dp_err refusal_write(int status, bool has_body, struct buf *out)
{
    const struct row *row = find_row(status);
    BUF_AUTO struct buf page = buf_new(PAGE_MAX_BYTES);
    write_page(row, &page);
    DP_TRY(buf_finish(&page));
    buf_fmt(out, "HTTP/1.1 %d %s\r\nContent-Type: text/html; charset=utf-8\r\n", row->status,
            row->reason);
    headers_security(out, HEADERS_PAGE);
    buf_add(out, STR("Cache-Control: no-store\r\n"));
    buf_add_text(out, row->extra == NULL ? "" : row->extra);
    buf_fmt(out, "Content-Length: %zu\r\nConnection: close\r\n\r\n", page.len);
    if (has_body) {
        buf_add(out, buf_str(&page));
    }
    return buf_finish(out);
}
