/* SPDX-License-Identifier: MIT */
#include "storage/cell_record.h"

#include "storage/record.h"

/* What may be kept, whoever formed the cell (privacy.md 2). */
static bool is_hidden_sound(const struct cell *cell)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < CELL_BINS; i++) {
        sum += cell->bins[i];
    }
    return cell->n == 0 && cell->mean_hundredths == 0 && cell->favourable_pct == 0 &&
           !cell->has_sd && cell->sd_tenths == 0 && !cell->has_bins && sum == 0;
}

static bool is_shown_sound(const struct cell *cell)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < CELL_BINS; i++) {
        sum += cell->bins[i];
    }
    return cell->n > 0 && cell->mean_hundredths >= CELL_MEAN_MIN &&
           cell->mean_hundredths <= CELL_MEAN_MAX &&
           cell->favourable_pct >= CELL_FAVOURABLE_MIN &&
           cell->favourable_pct <= CELL_FAVOURABLE_MAX &&
           (cell->has_sd || cell->sd_tenths == 0) && sum == (cell->has_bins ? cell->n : 0);
}

static bool is_sound(const struct cell *cell)
{
    return cell->period_kind != PERIOD_MONTH &&
           (cell->status == CELL_HIDDEN ? is_hidden_sound(cell) : is_shown_sound(cell));
}

enum { VERSION = 1 };

void cell_record_encode(struct wire_writer *writer, const struct cell *cell)
{
    wire_put_u8(writer, VERSION);
    wire_put_u32(writer, cell->unit.value);
    wire_demand(writer, cell->unit.value != 0, DP_INVALID);
    wire_put_enum(writer, cell->period_kind, PERIOD_KIND_COUNT);
    wire_put_date(writer, cell->period_start);
    wire_put_u16(writer, cell->question.value);
    wire_demand(writer, cell->question.value != 0, DP_INVALID);
    wire_put_u16(writer, cell->question_version);
    wire_put_enum(writer, cell->status, CELL_STATUS_COUNT);
    wire_put_u32(writer, cell->headcount);
    wire_put_u32(writer, cell->n);
    wire_put_u16(writer, cell->mean_hundredths);
    wire_put_u8(writer, cell->favourable_pct);
    wire_put_bool(writer, cell->has_sd);
    wire_put_u8(writer, cell->sd_tenths);
    wire_put_bool(writer, cell->has_bins);
    for (size_t i = 0; i < CELL_BINS; i++) {
        wire_put_u32(writer, cell->bins[i]);
    }
    wire_demand(writer, is_sound(cell), DP_INVALID);
}

dp_err cell_record_decode(struct bytes value, struct cell *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct cell){ 0 };
    wire_get_version(&reader, VERSION);
    out->unit.value = wire_get_u32(&reader);
    wire_expect(&reader, out->unit.value != 0);
    out->period_kind = (enum period_kind)wire_get_enum(&reader, PERIOD_KIND_COUNT);
    out->period_start = wire_get_date(&reader);
    out->question.value = wire_get_u16(&reader);
    wire_expect(&reader, out->question.value != 0);
    out->question_version = wire_get_u16(&reader);
    out->status = (enum cell_status)wire_get_enum(&reader, CELL_STATUS_COUNT);
    out->headcount = wire_get_u32(&reader);
    out->n = wire_get_u32(&reader);
    out->mean_hundredths = wire_get_u16(&reader);
    out->favourable_pct = wire_get_u8(&reader);
    out->has_sd = wire_get_bool(&reader);
    out->sd_tenths = wire_get_u8(&reader);
    out->has_bins = wire_get_bool(&reader);
    for (size_t i = 0; i < CELL_BINS; i++) {
        out->bins[i] = wire_get_u32(&reader);
    }
    wire_expect(&reader, is_sound(out));
    return wire_end(&reader);
}

static struct key key_of_place(const struct cell_place *place)
{
    return key_cell(place->unit, place->period_kind, place->period_start, place->question);
}

dp_err cell_record_put(struct store_txn *txn, const struct cell *cell)
{
    uint8_t space[CELL_RECORD_MAX];
    struct key key = key_cell(cell->unit, cell->period_kind, cell->period_start,
                              cell->question);
    struct wire_writer writer = wire_write(space, sizeof space);
    cell_record_encode(&writer, cell);
    return record_put(txn, &key, &writer);
}

dp_err cell_record_get(struct store_txn *txn, const struct cell_place *place, struct cell *out)
{
    struct key key = key_of_place(place);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return cell_record_decode(value, out);
}

dp_err cell_record_delete(struct store_txn *txn, const struct cell_place *place)
{
    struct key key = key_of_place(place);
    return record_delete(txn, &key);
}

dp_err cell_record_each(struct store_txn *txn,
                        bool (*visit)(const struct cell *cell, void *context), void *context)
{
    struct cell cell;
    struct key prefix = key_of(KEY_CELL);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, cell_record_decode(walk.value, &cell))) {
        if (!visit(&cell, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

/* What the key says already: false for a cell that nobody asked for. */
static bool is_of_class(const struct cell_range *range, struct question_id question)
{
    return range->class_of == NULL || range->class_of[question.value] == range->class;
}

dp_err cell_record_each_of_unit(struct store_txn *txn, const struct cell_range *range,
                                bool (*visit)(const struct cell *cell, void *context),
                                void *context)
{
    struct cell cell;
    struct date start;
    struct question_id question;
    struct key prefix = key_cells_of(range->unit, range->period_kind);
    struct key from = key_cells_from(range->unit, range->period_kind, range->from);
    struct record_walk walk = record_walk_start(txn, &prefix, &from);
    while (record_walk_next(&walk)) {
        bool is_key = key_cell_parts(walk.key, &start, &question);
        if (!record_walk_ok(&walk, err_make(is_key ? DP_OK : DP_CORRUPT)) ||
            date_is_before(range->to, start)) {
            break;
        }
        if (!is_of_class(range, question)) {
            continue;
        }
        if (!record_walk_ok(&walk, cell_record_decode(walk.value, &cell)) ||
            !visit(&cell, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
