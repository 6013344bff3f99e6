/* SPDX-License-Identifier: MIT */
/*
 * Build tool: turns the files of web/assets into C, so that the program needs no file of its own.
 *
 *     embed OUT_DIR PHONE.css FILE...
 *
 * It writes OUT_DIR/names.h (an enum with one name a file) and OUT_DIR/data.c (bytes, type, and the
 * SHA-256 that goes into the file's address and ETag). PHONE.css is not served: it is the constant
 * <style> of the phone pages, with its hash in the form that a Content-Security-Policy wants. CSS is
 * shortened on the way; the same files always give the same C.
 */
#include <stdio.h>
#include <string.h>

#include "app/core/code.h"
#include "app/core/file.h"
#include "app/core/secret.h"
#include "web/assets/minify.h"

enum { FILE_MAX = 1 << 20, OUTPUT_MAX = 16 << 20, NAME_MAX_BYTES = 64 };

static const struct {
    const char *suffix;
    const char *type;
} types[] = {
    { ".css", "text/css; charset=utf-8" },
    { ".svg", "image/svg+xml" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".webmanifest", "application/manifest+json" },
    { ".png", "image/png" },
};

static int fail(const char *path, const char *sentence)
{
    (void)fprintf(stderr, "embed: %s: %s\n", path, sentence);
    return 1;
}

static const char *type_of(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (str_ends_with(str_of(name), str_of(types[i].suffix))) {
            return types[i].type;
        }
    }
    return NULL;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* "app.css" becomes ASSET_APP_CSS. */
static void add_enum_name(struct buf *out, const char *name)
{
    buf_add_text(out, "ASSET_");
    for (const char *c = name; *c != '\0'; c++) {
        if (*c >= 'a' && *c <= 'z') {
            buf_add_char(out, (char)(*c - 'a' + 'A'));
            continue;
        }
        bool is_kept = (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        buf_add_char(out, (char)(is_kept ? *c : '_'));
    }
}

static bool load(const char *path, struct buf *content)
{
    struct buf raw BUF_AUTO = buf_new(FILE_MAX);
    struct dp_problem problem = { 0 };
    if (!err_is_ok(file_read(path, &raw, &problem))) {
        (void)fail(path, problem.sentence);
        return false;
    }
    if (!str_is_utf8(buf_str(&raw)) && !str_ends_with(str_of(path), STR(".png"))) {
        (void)fail(path, "is not UTF-8");
        return false;
    }
    if (str_ends_with(str_of(path), STR(".css"))) {
        minify_css(buf_str(&raw), content);
    } else {
        buf_add(content, buf_str(&raw));
    }
    return err_is_ok(buf_finish(content));
}

static void add_bytes(struct buf *out, struct bytes content)
{
    for (size_t i = 0; i < content.len; i++) {
        buf_fmt(out, "%s%u,", i % 24 == 0 ? "\n    " : "", (unsigned)content.ptr[i]);
    }
}

/* Standard base64 with padding, as a Content-Security-Policy has it. */
static void add_base64(struct buf *out, struct bytes in)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < in.len; i += 3) {
        uint32_t group = (uint32_t)in.ptr[i] << 16;
        group |= i + 1 < in.len ? (uint32_t)in.ptr[i + 1] << 8 : 0;
        group |= i + 2 < in.len ? (uint32_t)in.ptr[i + 2] : 0;
        buf_add_char(out, digits[group >> 18]);
        buf_add_char(out, digits[group >> 12 & 63]);
        buf_add_char(out, (char)(i + 1 < in.len ? digits[group >> 6 & 63] : '='));
        buf_add_char(out, (char)(i + 2 < in.len ? digits[group & 63] : '='));
    }
}

static int embed_phone(const char *path, struct buf *data)
{
    struct buf content BUF_AUTO = buf_new(FILE_MAX);
    if (!load(path, &content)) {
        return 1;
    }
    struct bytes bytes = buf_bytes(&content);
    struct secret_hash hash = secret_sha256(&bytes, 1);
    buf_add_text(data, "static const uint8_t phone_bytes[] = {");
    add_bytes(data, bytes);
    buf_fmt(data,
            "\n};\nconst struct str assets_data_phone = { (const char *)phone_bytes, %zu };\n",
            content.len);
    buf_add_text(data, "const struct str assets_data_phone_hash = STR_CONST(\"sha256-");
    add_base64(data, bytes_of(hash.bytes, sizeof hash.bytes));
    buf_add_text(data, "\");\n\n");
    return 0;
}

static int embed_file(const char *path, struct buf *data, struct buf *rows)
{
    struct buf content BUF_AUTO = buf_new(FILE_MAX);
    const char *name = base_name(path);
    const char *type = type_of(name);
    const char *dot = strchr(name, '.');
    if (type == NULL || strlen(name) > NAME_MAX_BYTES) {
        return fail(path, "has a suffix that no type is known for, or too long a name");
    }
    if (!load(path, &content)) {
        return 1;
    }
    struct bytes bytes = buf_bytes(&content);
    struct secret_hash hash = secret_sha256(&bytes, 1);
    char text[CODE_HEX_LEN(8) + 1];
    code_hex(bytes_of(hash.bytes, 8), text, sizeof text);
    buf_add_text(data, "static const uint8_t bytes_of_");
    add_enum_name(data, name);
    buf_add_text(data, "[] = {");
    add_bytes(data, bytes);
    buf_add_text(data, "\n};\n");
    buf_fmt(rows, "    { STR_CONST(\"%.*s-%s%s\"), STR_CONST(\"/assets/%.*s-%s%s\"),\n",
            (int)(dot - name), name, text, dot, (int)(dot - name), name, text, dot);
    buf_fmt(rows, "      STR_CONST(\"%s\"), STR_CONST(\"\\\"%s\\\"\"), { bytes_of_", type,
            text);
    add_enum_name(rows, name);
    buf_fmt(rows, ", %zu } },\n", content.len);
    return 0;
}

static int write_file(const char *folder, const char *name, const struct buf *content)
{
    char path[FILE_PATH_MAX];
    struct dp_problem problem = { 0 };
    if (!err_is_ok(buf_finish(content)) ||
        !err_is_ok(file_join(path, sizeof path, folder, name))) {
        return fail(name, "is too large, or its folder's name too long");
    }
    if (!err_is_ok(file_write_atomic(path, buf_bytes(content), 0644, &problem))) {
        return fail(path, problem.sentence);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        (void)fprintf(stderr, "use: embed OUT_DIR PHONE.css FILE...\n");
        return 2;
    }
    secret_init();
    struct buf names BUF_AUTO = buf_new(OUTPUT_MAX);
    struct buf data BUF_AUTO = buf_new(OUTPUT_MAX);
    struct buf rows BUF_AUTO = buf_new(OUTPUT_MAX);
    buf_add_text(&names,
                 "/* Made by web/assets/embed.c. */\n#pragma once\n\nenum asset_id {\n");
    buf_add_text(&data, "/* Made by web/assets/embed.c. */\n#include \"web/assets/data.h\"\n\n"
                        "#define STR_CONST(text) { text, sizeof(text) - 1 }\n\n");
    int failed = embed_phone(argv[2], &data);
    for (int i = 3; i < argc && failed == 0; i++) {
        buf_add_text(&names, "    ");
        add_enum_name(&names, base_name(argv[i]));
        buf_add_text(&names, ",\n");
        failed = embed_file(argv[i], &data, &rows);
    }
    buf_add_text(&names, "    ASSET_COUNT\n};\n");
    buf_add_text(&data, "\nconst struct asset assets_data[] = {\n");
    buf_add(&data, buf_str(&rows));
    buf_add_text(&data, "};\n");
    if (failed != 0 || write_file(argv[1], "names.h", &names) != 0) {
        return 1;
    }
    return write_file(argv[1], "data.c", &data);
}
