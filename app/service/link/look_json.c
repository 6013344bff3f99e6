/* SPDX-License-Identifier: MIT */
#include "app/service/link/look_json.h"

#include <string.h>

#include "app/core/code.h"
#include "app/stats/number.h"

/* Everything that is kept of a scan, once for both directions. */
struct number_field {
    const char *key;
    size_t offset;
};

#define FIELD(name)                                                   \
    {                                                                 \
        .key = #name, .offset = offsetof(struct lagscan_result, name) \
    }

static const struct number_field NUMBERS[] = { FIELD(best_r),
                                               FIELD(stat),
                                               FIELD(p_perm),
                                               FIELD(p_sidak),
                                               FIELD(crit95),
                                               FIELD(ci_lo),
                                               FIELD(ci_hi),
                                               FIELD(mde_rho),
                                               FIELD(raw_pearson),
                                               FIELD(raw_spearman),
                                               FIELD(heterogeneity_q),
                                               FIELD(heterogeneity_p),
                                               FIELD(heterogeneity_i2_pct) };

static const struct number_field COUNTS[] = { FIELD(needs_more),     FIELD(n),
                                              FIELD(n_complete),     FIELD(teams),
                                              FIELD(teams_left_out), FIELD(m) };

static const struct number_field INTS[] = { FIELD(lag_max), FIELD(best_lag), FIELD(lag_lo),
                                            FIELD(lag_hi) };

static const struct number_field FLAGS[] = {
    FIELD(is_against),           FIELD(is_time_demeaned),  FIELD(is_lag_lo_open),
    FIELD(is_lag_hi_open),       FIELD(is_primary),        FIELD(is_same_series),
    FIELD(rests_on_one_period),  FIELD(is_season_removed), FIELD(is_season_open),
    FIELD(is_larger_than_usual), FIELD(is_shaped_by_few),  FIELD(do_teams_differ)
};

#define COUNT_OF(table) (sizeof(table) / sizeof(table)[0])

static void *place_in(struct lagscan_result *scan, const struct number_field *field)
{
    return (unsigned char *)scan + field->offset;
}

static void write_fields(struct lagscan_result *scan, struct json_writer *json)
{
    for (size_t i = 0; i < COUNT_OF(NUMBERS); i++) {
        double value = 0;
        memcpy(&value, place_in(scan, &NUMBERS[i]), sizeof value);
        json_key(json, NUMBERS[i].key);
        json_num(json, value);
    }
    for (size_t i = 0; i < COUNT_OF(COUNTS); i++) {
        size_t value = 0;
        memcpy(&value, place_in(scan, &COUNTS[i]), sizeof value);
        json_key(json, COUNTS[i].key);
        json_int(json, (int64_t)value);
    }
    for (size_t i = 0; i < COUNT_OF(INTS); i++) {
        int value = 0;
        memcpy(&value, place_in(scan, &INTS[i]), sizeof value);
        json_key(json, INTS[i].key);
        json_int(json, value);
    }
    for (size_t i = 0; i < COUNT_OF(FLAGS); i++) {
        bool value = false;
        memcpy(&value, place_in(scan, &FLAGS[i]), sizeof value);
        json_key(json, FLAGS[i].key);
        json_bool(json, value);
    }
}

static void write_lags(const struct lagscan_result *scan, struct json_writer *json)
{
    json_key(json, "by_lag");
    json_open_list(json);
    for (size_t i = 0; i < scan->lag_count; i++) {
        json_open_list(json);
        json_int(json, scan->lags[i]);
        json_num(json, scan->r[i]);
        json_int(json, (int64_t)scan->pairs[i]);
        json_close_list(json);
    }
    json_close_list(json);
}

static void write_filter(const char *key, const struct ar_fit *fit, struct json_writer *json)
{
    json_key(json, key);
    json_open_list(json);
    for (size_t i = 0; i < fit->order; i++) {
        json_num(json, fit->phi[i]);
    }
    json_close_list(json);
}

static void write_scan(const struct look_memory *memory, struct json_writer *json)
{
    struct lagscan_result scan = memory->scan;
    json_key(json, "scan");
    json_open_object(json);
    json_key(json, "refusal");
    json_int(json, scan.refusal);
    json_key(json, "verdict");
    json_int(json, scan.verdict);
    json_key(json, "grade");
    json_int(json, scan.grade);
    write_fields(&scan, json);
    write_filter("phi_x", &scan.ar_x, json);
    write_filter("phi_y", &scan.ar_y, json);
    write_lags(&scan, json);
    json_key(json, "seed");
    json_int(json, (int64_t)scan.seed);
    json_key(json, "permutations");
    json_int(json, scan.permutations);
    json_close_object(json);
}

static void write_flag(const char *key, bool value, struct json_writer *json)
{
    json_key(json, key);
    json_bool(json, value);
}

/* A refusal in place of the verdict that is kept. */
static void write_refused(const struct look_memory *memory, struct json_writer *json)
{
    const struct lagscan_result *scan = &memory->refused;
    const int64_t values[] = { scan->refusal, scan->verdict, (int64_t)scan->n,
                               (int64_t)scan->n_complete, (int64_t)scan->needs_more };
    json_key(json, "refused");
    json_open_list(json);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        json_int(json, values[i]);
    }
    json_close_list(json);
}

dp_err look_json_write(const struct look_memory *memory, char *out, size_t out_size)
{
    BUF_AUTO struct buf text = buf_new(out_size - 1);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    char last[DATE_TEXT_MAX];
    char hash[CODE_HEX_LEN(SECRET_HASH_BYTES) + 1];
    date_text(memory->last_period, last);
    code_hex(bytes_of(memory->fingerprint.bytes, sizeof memory->fingerprint.bytes), hash,
             sizeof hash);
    json_open_object(&json);
    json_key(&json, "last");
    json_text(&json, last);
    json_key(&json, "fingerprint");
    json_text(&json, hash);
    write_flag("is_verdict", memory->is_verdict, &json);
    write_flag("was_shown", memory->was_shown, &json);
    write_flag("is_changed", memory->is_changed, &json);
    write_flag("is_held_back", memory->is_held_back, &json);
    if (memory->is_withdrawn) {
        write_refused(memory, &json);
    }
    json_key(&json, "unit");
    json_int(&json, memory->unit);
    json_key(&json, "is_panel");
    json_bool(&json, memory->is_panel);
    json_key(&json, "answers");
    json_int(&json, (int64_t)memory->answers);
    write_scan(memory, &json);
    json_close_object(&json);
    DP_TRY(json_finish(&json));
    struct str done = buf_str(&text);
    memcpy(out, done.ptr, done.len);
    out[done.len] = '\0';
    return DP_SUCCESS;
}

struct lagscan_result look_refusal(const struct lagscan_result *scan)
{
    struct lagscan_result out = { .refusal = scan->refusal,
                                  .verdict = scan->verdict,
                                  .n = scan->n,
                                  .n_complete = scan->n_complete,
                                  .needs_more = scan->needs_more,
                                  .n_eff_pyper_peterman = NUMBER_NONE,
                                  .n_eff_bretherton = NUMBER_NONE };
    double none = NUMBER_NONE;
    for (size_t i = 0; i < COUNT_OF(NUMBERS); i++) {
        memcpy(place_in(&out, &NUMBERS[i]), &none, sizeof none);
    }
    return out;
}

/* ---- Reading ------------------------------------------------------------------------------------- */

static dp_err read_int(struct json_value object, const char *key, int64_t max, int64_t *out)
{
    return json_read_int(json_get(object, key), 0, max, out);
}

static dp_err read_fields(struct json_value object, struct lagscan_result *scan)
{
    for (size_t i = 0; i < COUNT_OF(NUMBERS); i++) {
        struct json_value value = json_get(object, NUMBERS[i].key);
        double number = NUMBER_NONE;
        if (json_kind_of(value) != JSON_KIND_NULL) {
            DP_TRY(json_read_double(value, &number));
        }
        memcpy(place_in(scan, &NUMBERS[i]), &number, sizeof number);
    }
    for (size_t i = 0; i < COUNT_OF(COUNTS); i++) {
        int64_t number = 0;
        DP_TRY(read_int(object, COUNTS[i].key, UINT32_MAX, &number));
        size_t count = (size_t)number;
        memcpy(place_in(scan, &COUNTS[i]), &count, sizeof count);
    }
    for (size_t i = 0; i < COUNT_OF(INTS); i++) {
        int64_t number = 0;
        DP_TRY(json_read_int(json_get(object, INTS[i].key), -LAG_MAX, LAG_MAX, &number));
        int lag = (int)number;
        memcpy(place_in(scan, &INTS[i]), &lag, sizeof lag);
    }
    for (size_t i = 0; i < COUNT_OF(FLAGS); i++) {
        bool flag = false;
        DP_TRY(json_read_bool(json_get(object, FLAGS[i].key), &flag));
        memcpy(place_in(scan, &FLAGS[i]), &flag, sizeof flag);
    }
    return DP_SUCCESS;
}

static dp_err read_lag(struct json_value entry, struct lagscan_result *scan)
{
    int64_t lag = 0;
    int64_t pairs = 0;
    double r = NUMBER_NONE;
    DP_TRY(json_read_int(json_at(entry, 0), -LAG_MAX, LAG_MAX, &lag));
    if (json_kind_of(json_at(entry, 1)) != JSON_KIND_NULL) {
        DP_TRY(json_read_double(json_at(entry, 1), &r));
    }
    DP_TRY(json_read_int(json_at(entry, 2), 0, UINT32_MAX, &pairs));
    scan->lags[scan->lag_count] = (int)lag;
    scan->r[scan->lag_count] = r;
    scan->pairs[scan->lag_count] = (size_t)pairs;
    scan->weight[scan->lag_count] = NUMBER_NONE;
    scan->lag_count++;
    return DP_SUCCESS;
}

static dp_err read_filter(struct json_value list, struct ar_fit *out)
{
    if (json_kind_of(list) != JSON_KIND_LIST || json_count(list) > AR_ORDER_MAX) {
        return err_make(DP_INVALID);
    }
    out->order = json_count(list);
    for (size_t i = 0; i < out->order; i++) {
        DP_TRY(json_read_double(json_at(list, i), &out->phi[i]));
    }
    return DP_SUCCESS;
}

static dp_err read_scan(struct json_value object, struct lagscan_result *scan)
{
    int64_t refusal = 0;
    int64_t verdict = 0;
    int64_t grade = 0;
    int64_t seed = 0;
    int64_t permutations = 0;
    struct json_value lags = json_get(object, "by_lag");
    DP_TRY(read_int(object, "refusal", REFUSAL_COUNT - 1, &refusal));
    DP_TRY(read_int(object, "verdict", VERDICT_COUNT - 1, &verdict));
    DP_TRY(read_int(object, "grade", GRADE_COUNT - 1, &grade));
    DP_TRY(read_int(object, "seed", INT64_MAX, &seed));
    DP_TRY(read_int(object, "permutations", LAGSCAN_PERMUTATIONS_MAX, &permutations));
    DP_TRY(read_fields(object, scan));
    DP_TRY(read_filter(json_get(object, "phi_x"), &scan->ar_x));
    DP_TRY(read_filter(json_get(object, "phi_y"), &scan->ar_y));
    if (json_count(lags) > LAG_COUNT_MAX) {
        return err_make(DP_OUT_OF_RANGE);
    }
    for (size_t i = 0; i < json_count(lags); i++) {
        DP_TRY(read_lag(json_at(lags, i), scan));
    }
    scan->n_eff_pyper_peterman = NUMBER_NONE; /* for the day of the look alone */
    scan->n_eff_bretherton = NUMBER_NONE;
    scan->refusal = (enum refusal)refusal;
    scan->verdict = (enum verdict)verdict;
    scan->grade = (enum grade)grade;
    scan->seed = (uint64_t)seed;
    scan->permutations = (uint32_t)permutations;
    return DP_SUCCESS;
}

/* Older versions did not write it. */
static dp_err read_flag(struct json_value root, const char *key, bool *out)
{
    struct json_value value = json_get(root, key);
    return json_kind_of(value) == JSON_KIND_ABSENT ? DP_SUCCESS : json_read_bool(value, out);
}

static dp_err read_refused(struct json_value list, struct look_memory *out)
{
    static const int64_t MOST[] = { REFUSAL_COUNT - 1, VERDICT_COUNT - 1, UINT32_MAX, UINT32_MAX,
                                    UINT32_MAX };
    int64_t values[COUNT_OF(MOST)] = { 0 };
    if (json_kind_of(list) == JSON_KIND_ABSENT) {
        return DP_SUCCESS;
    }
    for (size_t i = 0; i < COUNT_OF(MOST); i++) {
        DP_TRY(json_read_int(json_at(list, i), 0, MOST[i], &values[i]));
    }
    out->is_withdrawn = true;
    out->refused = look_refusal(&(struct lagscan_result){ .refusal = (enum refusal)values[0],
                                                          .verdict = (enum verdict)values[1],
                                                          .n = (size_t)values[2],
                                                          .n_complete = (size_t)values[3],
                                                          .needs_more = (size_t)values[4] });
    return DP_SUCCESS;
}

dp_err look_json_read(const char *text, struct look_memory *out)
{
    JSON_DOC_AUTO struct json_doc *doc = NULL;
    struct str last;
    struct str hash;
    int64_t unit = 0;
    int64_t answers = 0;
    DP_TRY(json_parse(str_of(text), VERDICT_JSON_MAX, &doc, NULL));
    struct json_value root = json_root(doc);
    DP_TRY(json_read_text(json_get(root, "last"), &last));
    DP_TRY(json_read_text(json_get(root, "fingerprint"), &hash));
    DP_TRY(date_parse(last, &out->last_period));
    DP_TRY(code_hex_read(hash, out->fingerprint.bytes, sizeof out->fingerprint.bytes));
    out->has_scan = json_kind_of(json_get(root, "scan")) != JSON_KIND_ABSENT;
    out->is_verdict = true; /* older versions kept nothing else */
    out->was_shown = true;
    if (!out->has_scan) {
        return DP_SUCCESS;
    }
    DP_TRY(json_read_bool(json_get(root, "is_verdict"), &out->is_verdict));
    out->was_shown = out->is_verdict;
    DP_TRY(read_flag(root, "was_shown", &out->was_shown));
    DP_TRY(read_flag(root, "is_changed", &out->is_changed));
    DP_TRY(read_flag(root, "is_held_back", &out->is_held_back));
    DP_TRY(read_refused(json_get(root, "refused"), out));
    DP_TRY(json_read_bool(json_get(root, "is_panel"), &out->is_panel));
    DP_TRY(read_int(root, "unit", LAG_UNIT_MONTH, &unit));
    DP_TRY(read_int(root, "answers", INT64_MAX, &answers));
    out->unit = (enum lag_unit)unit;
    out->answers = (uint64_t)answers;
    return read_scan(json_get(root, "scan"), &out->scan);
}
