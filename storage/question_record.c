/* SPDX-License-Identifier: MIT */
#include "storage/question_record.h"

#include <assert.h>

#include "storage/record.h"

static_assert(LANGUAGE_COUNT == 2, "another language is another version of this record");

enum { VERSION = 1 };

void question_record_encode(struct wire_writer *writer, const struct question *question)
{
    wire_put_u8(writer, VERSION);
    wire_put_u16(writer, question->id.value);
    wire_demand(writer, question->id.value != 0, DP_INVALID);
    wire_put_u16(writer, question->version);
    wire_demand(writer, question->version != 0, DP_INVALID);
    wire_put_enum(writer, question->theme, THEME_COUNT);
    wire_put_enum(writer, question->scale, SCALE_AGREE + 1);
    wire_put_bool(writer, question->is_reversed);
    wire_put_bool(writer, question->is_active);
    wire_put_text(writer, question->code, sizeof question->code);
    wire_put_text(writer, question->text[LANGUAGE_EN], sizeof question->text[LANGUAGE_EN]);
    wire_put_text(writer, question->text[LANGUAGE_DE], sizeof question->text[LANGUAGE_DE]);
}

dp_err question_record_decode(struct bytes value, struct question *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct question){ 0 };
    wire_get_version(&reader, VERSION);
    out->id.value = wire_get_u16(&reader);
    wire_expect(&reader, out->id.value != 0);
    out->version = wire_get_u16(&reader);
    wire_expect(&reader, out->version != 0);
    out->theme = (enum theme)wire_get_enum(&reader, THEME_COUNT);
    out->scale = (enum question_scale)wire_get_enum(&reader, SCALE_AGREE + 1);
    out->is_reversed = wire_get_bool(&reader);
    out->is_active = wire_get_bool(&reader);
    wire_get_text(&reader, out->code, sizeof out->code);
    wire_get_text(&reader, out->text[LANGUAGE_EN], sizeof out->text[LANGUAGE_EN]);
    wire_get_text(&reader, out->text[LANGUAGE_DE], sizeof out->text[LANGUAGE_DE]);
    return wire_end(&reader);
}

dp_err question_record_put(struct store_txn *txn, const struct question *question)
{
    uint8_t space[QUESTION_RECORD_MAX];
    struct key key = key_question(question->id, question->version);
    struct wire_writer writer = wire_write(space, sizeof space);
    question_record_encode(&writer, question);
    return record_put(txn, &key, &writer);
}

dp_err question_record_get(struct store_txn *txn, struct question_id id, uint16_t version,
                           struct question *out)
{
    struct key key = key_question(id, version);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return question_record_decode(value, out);
}

dp_err question_record_latest(struct store_txn *txn, struct question_id id,
                              struct question *out)
{
    struct key prefix = key_question_versions(id);
    struct bytes key;
    struct bytes value;
    DP_TRY(store_last(txn, key_bytes(&prefix), &key, &value));
    return question_record_decode(value, out);
}

dp_err question_record_delete(struct store_txn *txn, struct question_id id, uint16_t version)
{
    struct key key = key_question(id, version);
    return record_delete(txn, &key);
}

dp_err question_record_each(struct store_txn *txn,
                            bool (*visit)(const struct question *question, void *context),
                            void *context)
{
    struct question question;
    struct key prefix = key_of(KEY_QUESTION);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, question_record_decode(walk.value, &question))) {
        if (!visit(&question, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

/* Versions of a question follow each other, the newest last: show it once the next one
 * begins. */
dp_err question_record_each_latest(struct store_txn *txn,
                                   bool (*visit)(const struct question *question,
                                                 void *context),
                                   void *context)
{
    struct question next;
    struct question newest = { 0 };
    bool goes_on = true;
    struct key prefix = key_of(KEY_QUESTION);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (goes_on && record_walk_next(&walk) &&
           record_walk_ok(&walk, question_record_decode(walk.value, &next))) {
        if (newest.id.value != 0 && newest.id.value != next.id.value) {
            goes_on = visit(&newest, context);
        }
        newest = next;
    }
    dp_err err = record_walk_end(&walk);
    if (goes_on && err_is_ok(err) && newest.id.value != 0) {
        visit(&newest, context);
    }
    return err;
}
