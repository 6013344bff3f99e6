/* SPDX-License-Identifier: MIT */
#include "app/service/export/manifest.h"

#include <stdio.h>

#include "app/core/code.h"
#include "app/service/export/export.h"

enum { HASH_TEXT = CODE_HEX_LEN(SECRET_HASH_BYTES) + 1, TIME_TEXT = 24 };

void manifest_sum(struct buf *out, const struct secret_hash *hash, const char *name)
{
    char text[HASH_TEXT];
    code_hex(bytes_of(hash->bytes, sizeof hash->bytes), text, sizeof text);
    buf_fmt(out, "%s  %s\n", text, name);
}

static const char *type_name(enum files_type type)
{
    static const char *const names[] = { "string", "integer", "number", "date", "boolean" };
    return names[type];
}

static void text(struct json_writer *json, const char *key, const char *value)
{
    json_key(json, key);
    json_text(json, value);
}

static void generated_at(const struct appliance *appliance, struct json_writer *json)
{
    char out[TIME_TEXT];
    char day[DATE_TEXT_MAX];
    int64_t now_s = clock_wall_s(&appliance->clock);
    int32_t second = (int32_t)(now_s % ZONE_DAY_SECONDS);
    date_text(date_make((int32_t)(now_s / ZONE_DAY_SECONDS)), day);
    snprintf(out, sizeof out, "%sT%02d:%02d:%02dZ", day, second / 3600 % 24, second / 60 % 60,
             second % 60);
    text(json, "created", out);
}

static void dialect(struct json_writer *json)
{
    json_key(json, "dialect");
    json_open_object(json);
    text(json, "delimiter", ",");
    text(json, "lineTerminator", "\r\n");
    text(json, "quoteChar", "\"");
    json_key(json, "doubleQuote");
    json_bool(json, true);
    json_key(json, "header");
    json_bool(json, true);
    json_close_object(json);
}

static void schema(const struct files_file *file, struct json_writer *json)
{
    json_key(json, "schema");
    json_open_object(json);
    json_key(json, "fields");
    json_open_list(json);
    for (size_t i = 0; i < FILES_COLUMNS_MAX && file->columns[i].name != NULL; i++) {
        const struct files_column *column = &file->columns[i];
        json_open_object(json);
        text(json, "name", column->name);
        text(json, "type", type_name(column->type));
        text(json, "description", column->meaning);
        if (column->is_key) {
            json_key(json, "constraints");
            json_open_object(json);
            json_key(json, "required");
            json_bool(json, true);
            json_close_object(json);
        }
        if (column->is_free_text) {
            text(json, "x-formulaGuard", "a leading = + - @ tab or return has a ' in front");
        }
        json_close_object(json);
    }
    json_close_list(json);
    json_key(json, "primaryKey");
    json_open_list(json);
    for (size_t i = 0; i < FILES_COLUMNS_MAX && file->columns[i].name != NULL; i++) {
        if (file->columns[i].is_key) {
            json_text(json, file->columns[i].name);
        }
    }
    json_close_list(json);
    json_key(json, "missingValues");
    json_open_list(json);
    json_text(json, "");
    json_close_list(json);
    json_close_object(json);
}

static void resource(const struct manifest_entry *entry, struct json_writer *json)
{
    char hash[HASH_TEXT];
    char named[HASH_TEXT + 8];
    char name[64];
    struct str stem = str_of(entry->file->name);
    const struct secret_hash *sum = &entry->written.sha256;
    code_hex(bytes_of(sum->bytes, sizeof sum->bytes), hash, sizeof hash);
    snprintf(named, sizeof named, "sha256:%s", hash);
    snprintf(name, sizeof name, "%.*s", STR_ARG(str_slice(stem, 0, stem.len - 4)));
    json_open_object(json);
    text(json, "name", name);
    text(json, "path", entry->file->name);
    text(json, "description", entry->file->meaning);
    text(json, "mediatype", "text/csv");
    text(json, "encoding", "utf-8");
    json_key(json, "bytes");
    json_int(json, (int64_t)entry->written.bytes_count);
    text(json, "hash", named);
    json_key(json, "rows");
    json_int(json, (int64_t)entry->rows);
    dialect(json);
    schema(entry->file, json);
    json_close_object(json);
}

dp_err manifest_package(const struct appliance *appliance, const struct manifest_entry *entries,
                        size_t count, struct buf *out)
{
    struct json_writer json = json_writer_new(out, JSON_PRETTY);
    json_open_object(&json);
    text(&json, "profile", "tabular-data-package");
    text(&json, "name", "daypulse");
    text(&json, "title", appliance->organisation.name);
    generated_at(appliance, &json);
    text(&json, "x-generator", "daypulse " DP_VERSION);
    json_key(&json, "x-schemaVersion");
    json_int(&json, EXPORT_SCHEMA_VERSION);
    json_key(&json, "x-minimumPeople");
    json_int(&json, appliance->organisation.min_people);
    text(&json, "x-zone", appliance->organisation.zone);
    json_key(&json, "x-isDemo");
    json_bool(&json, appliance->organisation.is_demo);
    json_key(&json, "resources");
    json_open_list(&json);
    for (size_t i = 0; i < count; i++) {
        resource(&entries[i], &json);
    }
    json_close_list(&json);
    json_close_object(&json);
    return json_finish(&json);
}
