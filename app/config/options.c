/* SPDX-License-Identifier: MIT */
#include "app/config/options.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "app/core/buf.h"
#include "app/core/num.h"
#include "app/core/suggest.h"

static const struct config_option table[CONFIG_COUNT] = {
    [CONFIG_DIR] = {
        .name = "dir",
        .type = OPTION_PATH,
        .min = 1,
        .max = 80, /* sockets lie in it, and their whole path must stay under 108 bytes */
        .fallback = "/var/lib/daypulse",
        .unit = "",
        .help = "The data folder. Everything that Daypulse keeps is in it",
    },
    [CONFIG_LISTEN] = {
        .name = "listen",
        .type = OPTION_ADDRESSES,
        .min = 1,
        .max = 400,
        .fallback = "0.0.0.0",
        .unit = "",
        .help = "IP addresses to listen on; :: is IPv6",
    },
    [CONFIG_PORT] = {
        .name = "port",
        .type = OPTION_INT,
        .min = 0,
        .max = 65535,
        .fallback = "8443",
        .unit = "",
        .help = "The HTTPS port; 0 lets the system choose a free one",
    },
    [CONFIG_PUBLIC_NAME] = {
        .name = "public_name",
        .type = OPTION_HOSTS,
        .min = 0,
        .max = 1000,
        .fallback = "",
        .unit = "",
        .help = "Host names or addresses by which phones reach this machine; all are in the "
                "certificate, and the first is in links. Not set: the machine's name, localhost",
    },
    [CONFIG_BASE_URL] = {
        .name = "base_url",
        .type = OPTION_URL,
        .min = 0,
        .max = 300,
        .fallback = "",
        .unit = "",
        .help = "The start of every link, such as https://pulse.example.org. Not set: made from "
                "the first public_name and the port",
    },
    [CONFIG_CERT_FILE] = {
        .name = "cert_file",
        .type = OPTION_PATH,
        .min = 0,
        .max = 1000,
        .fallback = "",
        .unit = "",
        .help = "Your own certificate and its chain (PEM), together with key_file; only read, "
                "never written. Not set: Daypulse makes a certificate authority of its own",
    },
    [CONFIG_KEY_FILE] = {
        .name = "key_file",
        .type = OPTION_PATH,
        .min = 0,
        .max = 1000,
        .fallback = "",
        .unit = "",
        .help = "The private key of cert_file (PEM); only read, never written",
    },
    [CONFIG_FRONT_THREADS] = {
        .name = "front_threads",
        .type = OPTION_INT,
        .min = 0,
        .max = 64,
        .fallback = "0",
        .unit = "threads",
        .help = "Threads for TLS; 0 takes one for each processor",
    },
    [CONFIG_WORKERS] = {
        .name = "workers",
        .type = OPTION_INT,
        .min = 1,
        .max = 512,
        .fallback = "64",
        .unit = "threads",
        .help = "Threads that build pages",
    },
    [CONFIG_LOG_LEVEL] = {
        .name = "log_level",
        .type = OPTION_LOG_LEVEL,
        .min = 1,
        .max = 16,
        .fallback = "info",
        .unit = "",
        .help = "How much is logged",
    },
};

enum { HOST_NAME_MAX_BYTES = 253, HOST_LABEL_MAX_BYTES = 63, ADDRESS_MAX_BYTES = 64 };

const struct config_option *options_get(enum config_id id)
{
    DP_CHECK(id < CONFIG_COUNT);
    return &table[id];
}

static bool is_same_name(struct str given, struct str known)
{
    if (given.len != known.len) {
        return false;
    }
    for (size_t i = 0; i < given.len; i++) {
        if ((given.ptr[i] == '-' ? '_' : given.ptr[i]) != known.ptr[i]) {
            return false;
        }
    }
    return true;
}

enum config_id options_find(struct str name)
{
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        if (is_same_name(name, str_of(table[id].name))) {
            return id;
        }
    }
    return CONFIG_COUNT;
}

const char *options_nearest(struct str name)
{
    const char *names[CONFIG_COUNT];
    for (size_t i = 0; i < CONFIG_COUNT; i++) {
        names[i] = table[i].name;
    }
    return suggest_nearest(name, names, CONFIG_COUNT);
}

void options_describe(const struct config_option *option, char *out, size_t out_size)
{
    switch (option->type) {
    case OPTION_TEXT:
        (void)snprintf(out, out_size, "a text of at most %lld bytes", (long long)option->max);
        return;
    case OPTION_INT:
        (void)snprintf(out, out_size, "a number from %lld to %lld%s%s", (long long)option->min,
                       (long long)option->max, option->unit[0] == '\0' ? "" : " ",
                       option->unit);
        return;
    case OPTION_BOOL:
        (void)snprintf(out, out_size, "yes or no");
        return;
    case OPTION_PATH:
        (void)snprintf(out, out_size, "a path of at most %lld bytes that starts with /",
                       (long long)option->max);
        return;
    case OPTION_ADDRESSES:
        (void)snprintf(out, out_size,
                       "IP addresses with commas between them, such as 0.0.0.0,::");
        return;
    case OPTION_HOSTS:
        (void)snprintf(
            out, out_size,
            "host names or IP addresses with commas between them, such as pulse.example.org");
        return;
    case OPTION_URL:
        (void)snprintf(out, out_size,
                       "https:// and a host, perhaps a port, and nothing behind it");
        return;
    case OPTION_LOG_LEVEL:
        (void)snprintf(out, out_size, "error, warning, info or debug");
        return;
    }
}

/* ---- One check a type: true if the value is good and its written form is in `out` --------------- */

static bool keep_text(const struct config_option *option, struct str value, struct buf *out)
{
    buf_add(out, value);
    return (int64_t)value.len >= option->min;
}

static bool keep_int(const struct config_option *option, struct str value, struct buf *out)
{
    int64_t number = 0;
    if (!err_is_ok(num_int(value, option->min, option->max, &number))) {
        return false;
    }
    buf_fmt(out, "%lld", (long long)number);
    return true;
}

static bool is_one_of(struct str value, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal_nocase(value, str_of(words[i]))) {
            return true;
        }
    }
    return false;
}

static bool keep_bool(struct str value, struct buf *out)
{
    static const char *const yes[] = { "yes", "true", "on", "1" };
    static const char *const no[] = { "no", "false", "off", "0" };
    bool is_yes = is_one_of(value, yes, 4);
    buf_add_text(out, is_yes ? "yes" : "no");
    return is_yes || is_one_of(value, no, 4);
}

static bool has_control_char(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

static bool keep_path(const struct config_option *option, struct str value, const char *base,
                      struct buf *out)
{
    if (value.len == 0) {
        return option->min == 0;
    }
    bool is_absolute = value.ptr[0] == '/';
    if ((!is_absolute && base == NULL) || has_control_char(value)) {
        return false;
    }
    if (!is_absolute) {
        buf_fmt(out, "%s/", base);
    }
    while (value.len > 1 && value.ptr[value.len - 1] == '/') {
        value.len--;
    }
    buf_add(out, value);
    /* A blank before the slashes would be lost when the value is read again. */
    return (int64_t)out->len <= option->max && value.ptr[value.len - 1] != ' ';
}

static bool is_address(struct str value)
{
    char text[ADDRESS_MAX_BYTES];
    unsigned char binary[sizeof(struct in6_addr)];
    return str_copy(value, text, sizeof text) &&
           (inet_pton(AF_INET, text, binary) == 1 || inet_pton(AF_INET6, text, binary) == 1);
}

static bool is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-';
}

/* Labels of letters, digits and inner hyphens (RFC 1123). */
static bool is_host_name(struct str value)
{
    struct str label = value;
    if (value.len == 0 || value.len > HOST_NAME_MAX_BYTES) {
        return false;
    }
    while (str_next(&value, '.', &label)) {
        if (label.len == 0 || label.len > HOST_LABEL_MAX_BYTES || label.ptr[0] == '-' ||
            label.ptr[label.len - 1] == '-') {
            return false;
        }
        for (size_t i = 0; i < label.len; i++) {
            if (!is_host_char(label.ptr[i])) {
                return false;
            }
        }
    }
    return true;
}

static bool is_host(struct str value)
{
    return is_address(value) || is_host_name(value);
}

static bool keep_list(const struct config_option *option, struct str value,
                      bool (*is_good)(struct str), struct buf *out)
{
    struct str item = value;
    if (value.len == 0) {
        return option->min == 0;
    }
    while (str_next(&value, ',', &item)) {
        item = str_trim(item);
        if (!is_good(item)) {
            return false;
        }
        buf_add_text(out, out->len > 0 ? "," : "");
        buf_add(out, item);
    }
    return true;
}

/* "host" or "[v6 address]", cut off the front of the text. */
static bool take_url_host(struct str *text)
{
    if (text->len > 0 && text->ptr[0] == '[') {
        size_t end = str_find_char(*text, ']');
        bool is_good = end < text->len && is_address(str_slice(*text, 1, end - 1)) &&
                       str_find_char(str_slice(*text, 0, end), ':') < end;
        *text = str_slice(*text, end + 1, text->len);
        return is_good;
    }
    size_t end = str_find_char(*text, ':');
    bool is_good = is_host_name(str_slice(*text, 0, end));
    *text = str_slice(*text, end, text->len);
    return is_good;
}

static bool keep_url(struct str value, struct buf *out)
{
    uint64_t port = 0;
    buf_add(out, value);
    if (value.len == 0) {
        return true;
    }
    if (!str_starts_with(value, STR("https://"))) {
        return false;
    }
    struct str rest = str_slice(value, 8, value.len);
    if (!take_url_host(&rest)) {
        return false;
    }
    return rest.len == 0 ||
           (rest.ptr[0] == ':' &&
            err_is_ok(num_uint(str_slice(rest, 1, rest.len), 1, 65535, &port)));
}

static bool keep_log_level(struct str value, struct buf *out)
{
    static const char *const levels[] = { "error", "warning", "info", "debug" };
    for (size_t i = 0; i < 4; i++) {
        if (str_equal_nocase(value, str_of(levels[i]))) {
            buf_add_text(out, levels[i]);
            return true;
        }
    }
    return false;
}

static bool keep(const struct config_option *option, struct str value, const char *base,
                 struct buf *out)
{
    switch (option->type) {
    case OPTION_TEXT:
        return keep_text(option, value, out);
    case OPTION_INT:
        return keep_int(option, value, out);
    case OPTION_BOOL:
        return keep_bool(value, out);
    case OPTION_PATH:
        return keep_path(option, value, base, out);
    case OPTION_ADDRESSES:
        return keep_list(option, value, is_address, out);
    case OPTION_HOSTS:
        return keep_list(option, value, is_host, out);
    case OPTION_URL:
        return keep_url(value, out);
    case OPTION_LOG_LEVEL:
        return keep_log_level(value, out);
    }
    return false;
}

dp_err options_normalise(const struct config_option *option, struct str value, const char *base,
                         char out[OPTIONS_VALUE_MAX])
{
    struct str trimmed = str_trim(value);
    bool is_number = option->type == OPTION_INT || option->type == OPTION_BOOL;
    size_t longest = is_number ? OPTIONS_VALUE_MAX : (size_t)option->max;
    struct buf kept = buf_new(OPTIONS_VALUE_MAX - 1);
    bool is_good = trimmed.len <= longest && str_is_utf8(trimmed) &&
                   keep(option, trimmed, base, &kept) && err_is_ok(buf_finish(&kept)) &&
                   str_copy(buf_str(&kept), out, OPTIONS_VALUE_MAX);
    buf_free(&kept);
    if (!is_good) {
        out[0] = '\0';
    }
    return err_make(is_good ? DP_OK : DP_INVALID);
}
