/* SPDX-License-Identifier: MIT */
#include "storage/difficulty_record.h"

#include <math.h>

#include "storage/record.h"

enum { VERSION = 1 };

static bool is_sound(const struct difficulty *difficulty)
{
    return difficulty->question.value != 0 && difficulty->version != 0 &&
           difficulty->var_item >= 0.0 && difficulty->var_resid >= 0.0 &&
           (difficulty->is_used || !(fabs(difficulty->effect) > 0.0));
}

static struct key key_of_difficulty(struct question_id question, uint16_t version)
{
    struct key key = key_of(KEY_DIFFICULTY);
    key_add_u16(&key, question.value);
    key_add_u16(&key, version);
    return key;
}

void difficulty_record_encode(struct wire_writer *writer, const struct difficulty *difficulty)
{
    wire_put_u8(writer, VERSION);
    wire_put_u16(writer, difficulty->question.value);
    wire_put_u16(writer, difficulty->version);
    wire_put_double(writer, difficulty->effect);
    wire_put_u64(writer, difficulty->answers);
    wire_put_u32(writer, difficulty->weeks);
    wire_put_bool(writer, difficulty->is_used);
    wire_put_date(writer, difficulty->fitted);
    wire_put_double(writer, difficulty->var_item);
    wire_put_double(writer, difficulty->var_resid);
    wire_demand(writer, is_sound(difficulty), DP_INVALID);
}

dp_err difficulty_record_decode(struct bytes value, struct difficulty *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct difficulty){ 0 };
    wire_get_version(&reader, VERSION);
    out->question.value = wire_get_u16(&reader);
    out->version = wire_get_u16(&reader);
    out->effect = wire_get_double(&reader);
    out->answers = wire_get_u64(&reader);
    out->weeks = wire_get_u32(&reader);
    out->is_used = wire_get_bool(&reader);
    out->fitted = wire_get_date(&reader);
    out->var_item = wire_get_double(&reader);
    out->var_resid = wire_get_double(&reader);
    wire_expect(&reader, is_sound(out));
    return wire_end(&reader);
}

dp_err difficulty_record_put(struct store_txn *txn, const struct difficulty *difficulty)
{
    uint8_t space[DIFFICULTY_RECORD_MAX];
    struct key key = key_of_difficulty(difficulty->question, difficulty->version);
    struct wire_writer writer = wire_write(space, sizeof space);
    difficulty_record_encode(&writer, difficulty);
    return record_put(txn, &key, &writer);
}

dp_err difficulty_record_get(struct store_txn *txn, struct question_id question,
                             uint16_t version, struct difficulty *out)
{
    struct key key = key_of_difficulty(question, version);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return difficulty_record_decode(value, out);
}

dp_err difficulty_record_delete(struct store_txn *txn, struct question_id question,
                                uint16_t version)
{
    struct key key = key_of_difficulty(question, version);
    return record_delete(txn, &key);
}

dp_err difficulty_record_each(struct store_txn *txn,
                              bool (*visit)(const struct difficulty *difficulty, void *context),
                              void *context)
{
    struct difficulty difficulty;
    struct key prefix = key_of(KEY_DIFFICULTY);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, difficulty_record_decode(walk.value, &difficulty))) {
        if (!visit(&difficulty, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
