/* SPDX-License-Identifier: MIT */
#include "app/service/questions/questions.h"

#include <string.h>

#include "app/core/mem.h"
#include "app/csv/csv_writer.h"
#include "app/service/import/cell.h"
#include "app/service/import/name_index.h"
#include "storage/question_record.h"

enum question_column {
    QUESTION_CODE,
    QUESTION_VERSION,
    QUESTION_THEME,
    QUESTION_SCALE,
    QUESTION_REVERSED,
    QUESTION_ACTIVE,
    QUESTION_TEXT_EN,
    QUESTION_TEXT_DE,
    QUESTION_COLUMN_COUNT
};

static const struct csv_column columns[QUESTION_COLUMN_COUNT] = {
    [QUESTION_CODE] = { "code", true },          [QUESTION_VERSION] = { "version", false },
    [QUESTION_THEME] = { "theme", true },        [QUESTION_SCALE] = { "scale", false },
    [QUESTION_REVERSED] = { "reversed", false }, [QUESTION_ACTIVE] = { "active", false },
    [QUESTION_TEXT_EN] = { "text_en", true },    [QUESTION_TEXT_DE] = { "text_de", true },
};

static const char *const scale_codes[] = { [SCALE_DAY] = "day", [SCALE_AGREE] = "agree" };

static const struct str anchor_code = { "anchor", 6 };

/** One question of the file, beside what is stored under its code. */
struct question_row {
    struct question wanted;
    uint32_t line;
    bool is_known;
    bool is_reworded;
    bool is_switched;
};

/** An import from the file to the store. */
struct questions_job {
    const struct import_file *file;
    const struct clock *clock;
    struct questions_report *report;
    struct secret_hash hash;
    size_t at[QUESTION_COLUMN_COUNT];
    struct question *stored; /* owned: newest versions, by id */
    size_t stored_count;
    struct name_index stored_index; /* code -> place in `stored` */
    struct question_row *rows;      /* owned */
    size_t rows_count;
    struct name_index row_index; /* code -> row; the codes lie in `rows` */
};

/* ---- What is stored ---- */

struct load_walk {
    struct question *questions; /* NULL while counting */
    size_t count;
};

static bool take_question(const struct question *question, void *context)
{
    struct load_walk *walk = context;
    if (walk->questions != NULL) {
        walk->questions[walk->count] = *question;
    }
    walk->count++;
    return true;
}

dp_err questions_load(struct store_txn *txn, struct question **questions, size_t *count)
{
    struct load_walk walk = { 0 };
    *questions = NULL;
    *count = 0;
    DP_TRY(question_record_each_latest(txn, take_question, &walk));
    walk.questions = mem_new(walk.count + 1, sizeof walk.questions[0]);
    if (walk.questions == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    walk.count = 0;
    dp_err err = question_record_each_latest(txn, take_question, &walk);
    if (!err_is_ok(err)) {
        mem_free(walk.questions);
        return err;
    }
    *questions = walk.questions;
    *count = walk.count;
    return DP_SUCCESS;
}

dp_err questions_put_defaults(struct store_txn *txn)
{
    struct load_walk walk = { 0 };
    size_t count = 0;
    const struct question *defaults = question_defaults(&count);
    DP_TRY(question_record_each_latest(txn, take_question, &walk));
    for (size_t i = 0; i < count && walk.count == 0; i++) {
        DP_TRY(question_record_put(txn, &defaults[i]));
    }
    return DP_SUCCESS;
}

static dp_err load_stored(struct store_txn *txn, struct questions_job *job)
{
    mem_free(job->stored);
    name_index_free(&job->stored_index);
    DP_TRY(questions_load(txn, &job->stored, &job->stored_count));
    for (uint32_t i = 0; i < job->stored_count; i++) {
        uint32_t number = i;
        bool is_new = false;
        DP_TRY(
            name_index_add(&job->stored_index, str_of(job->stored[i].code), &number, &is_new));
    }
    return DP_SUCCESS;
}

static const struct question *stored_of(const struct questions_job *job, struct str code)
{
    uint32_t at = 0;
    return name_index_find(&job->stored_index, code, &at) ? &job->stored[at] : NULL;
}

/* ---- Cells ---- */

static bool is_code(struct str code)
{
    for (size_t i = 0; i < code.len; i++) {
        char c = code.ptr[i];
        bool is_letter = c >= 'a' && c <= 'z';
        bool is_other = (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!is_letter && !(is_other && i > 0)) {
            return false;
        }
    }
    return true;
}

static bool read_code(struct questions_job *job, struct cells *cells, struct question *wanted)
{
    char space[CELL_SHOWN_MAX];
    struct str code = { 0 };
    uint32_t other = 0;
    if (!cell_name(cells, job->at[QUESTION_CODE], CODE_MAX, &code)) {
        return false;
    }
    struct text_value shown = text_word(cell_shown(code, space));
    if (!is_code(code)) {
        cell_wrong(cells, job->at[QUESTION_CODE], TEXT_PROBLEM_CODE_FORM, TEXT_VALUES(shown));
        return false;
    }
    if (name_index_find(&job->row_index, code, &other)) {
        cell_wrong(cells, job->at[QUESTION_CODE], TEXT_PROBLEM_CODE_TWICE,
                   TEXT_VALUES(shown, text_int(job->rows[other].line)));
        return false;
    }
    return str_copy(code, wanted->code, sizeof wanted->code);
}

/* A known code keeps its theme; the anchor's is its own, and nobody else's. */
static void read_theme(const struct questions_job *job, struct cells *cells,
                       const struct question *stored, struct question *wanted)
{
    char space[CELL_SHOWN_MAX];
    size_t at = job->at[QUESTION_THEME];
    struct str text = csv_reader_field(&cells->csv, at);
    if (!err_is_ok(theme_parse(text, &wanted->theme))) {
        cell_wrong(cells, at, TEXT_PROBLEM_THEME,
                   TEXT_VALUES(text_word(cell_shown(text, space))));
        return;
    }
    bool is_anchor_code = str_equal(str_of(wanted->code), anchor_code);
    if (is_anchor_code != (wanted->theme == THEME_ANCHOR)) {
        cell_wrong(cells, at, TEXT_PROBLEM_ANCHOR_ONLY, (struct text_values){ 0 });
        return;
    }
    if (stored != NULL && stored->theme != wanted->theme) {
        cell_wrong(cells, at, TEXT_PROBLEM_THEME_FIXED,
                   TEXT_VALUES(text_word(str_of(wanted->code)),
                               text_word(str_of(theme_code(stored->theme)))));
    }
}

static void read_scale(const struct questions_job *job, struct cells *cells,
                       struct question *wanted)
{
    char space[CELL_SHOWN_MAX];
    struct str text = csv_reader_field(&cells->csv, job->at[QUESTION_SCALE]);
    if (text.len == 0) {
        return;
    }
    for (size_t i = 0; i < sizeof scale_codes / sizeof scale_codes[0]; i++) {
        if (str_equal_nocase(text, str_of(scale_codes[i]))) {
            wanted->scale = (enum question_scale)i;
            return;
        }
    }
    cell_wrong(cells, job->at[QUESTION_SCALE], TEXT_PROBLEM_SCALE,
               TEXT_VALUES(text_word(cell_shown(text, space))));
}

static void read_text(struct cells *cells, size_t position, char out[QUESTION_TEXT_MAX])
{
    struct str text = { 0 };
    if (cell_name(cells, position, QUESTION_TEXT_MAX, &text)) {
        DP_CHECK(str_copy(text, out, QUESTION_TEXT_MAX));
    }
}

static void check_anchor(const struct questions_job *job, struct cells *cells,
                         const struct question *wanted)
{
    if (wanted->theme != THEME_ANCHOR) {
        return;
    }
    if (!wanted->is_active) {
        cell_wrong(cells, job->at[QUESTION_ACTIVE], TEXT_PROBLEM_ANCHOR_OFF,
                   (struct text_values){ 0 });
    }
    if (wanted->is_reversed) {
        cell_wrong(cells, job->at[QUESTION_REVERSED], TEXT_PROBLEM_ANCHOR_OFF,
                   (struct text_values){ 0 });
    }
}

static dp_err read_row(struct questions_job *job, struct cells *cells)
{
    struct question_row *row = &job->rows[job->rows_count];
    struct question wanted = {
        .version = 1, .theme = THEME_PURPOSE, .scale = SCALE_AGREE, .is_active = true
    };
    char code[CODE_MAX];
    bool has_code = read_code(job, cells, &wanted);
    const struct question *stored = has_code ? stored_of(job, str_of(wanted.code)) : NULL;
    if (stored != NULL) {
        memcpy(code, wanted.code, sizeof code);
        wanted = *stored;
        memcpy(wanted.code, code, sizeof code);
    }
    read_theme(job, cells, stored, &wanted);
    read_scale(job, cells, &wanted);
    cell_bool(cells, job->at[QUESTION_REVERSED], &wanted.is_reversed);
    cell_bool(cells, job->at[QUESTION_ACTIVE], &wanted.is_active);
    read_text(cells, job->at[QUESTION_TEXT_EN], wanted.text[LANGUAGE_EN]);
    read_text(cells, job->at[QUESTION_TEXT_DE], wanted.text[LANGUAGE_DE]);
    check_anchor(job, cells, &wanted);
    if (!has_code) {
        return DP_SUCCESS;
    }
    *row = (struct question_row){ .wanted = wanted, .line = (uint32_t)cells_line(cells) };
    uint32_t number = (uint32_t)job->rows_count++;
    bool is_new = false;
    return name_index_add(&job->row_index, str_of(row->wanted.code), &number, &is_new);
}

static dp_err read_all(struct questions_job *job, struct cells *cells,
                       struct dp_problem *problem)
{
    DP_TRY(cells_map(cells, columns, QUESTION_COLUMN_COUNT, job->at, problem));
    job->rows = mem_new(QUESTIONS_MAX, sizeof job->rows[0]);
    if (job->rows == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    while (cells_next(cells)) {
        job->report->rows++;
        if (job->report->rows > QUESTIONS_MAX) {
            cell_wrong(cells, job->at[QUESTION_CODE], TEXT_PROBLEM_QUESTIONS_MANY,
                       TEXT_VALUES(text_int(QUESTIONS_MAX)));
            break;
        }
        DP_TRY(read_row(job, cells));
    }
    return cells_end(cells, problem);
}

/* ---- What differs ---- */

static bool is_other_wording(const struct question *a, const struct question *b)
{
    return strcmp(a->text[LANGUAGE_EN], b->text[LANGUAGE_EN]) != 0 ||
           strcmp(a->text[LANGUAGE_DE], b->text[LANGUAGE_DE]) != 0 || a->scale != b->scale ||
           a->is_reversed != b->is_reversed;
}

static void compare(struct questions_job *job, struct question_row *row)
{
    struct questions_report *report = job->report;
    const struct question *stored = stored_of(job, str_of(row->wanted.code));
    row->is_known = stored != NULL;
    row->is_reworded = stored != NULL && is_other_wording(&row->wanted, stored);
    row->is_switched = stored != NULL && row->wanted.is_active != stored->is_active;
    if (stored == NULL) {
        report->questions_new++;
        return;
    }
    report->reworded += row->is_reworded ? 1 : 0;
    report->switched += row->is_switched && !row->is_reworded ? 1 : 0;
    report->same += !row->is_switched && !row->is_reworded ? 1 : 0;
    report->is_anchor_reworded = report->is_anchor_reworded ||
                                 (row->is_reworded && stored->theme == THEME_ANCHOR);
}

static dp_err look(struct store_txn *txn, struct questions_job *job)
{
    struct questions_report *report = job->report;
    report->questions_new = 0;
    report->reworded = 0;
    report->switched = 0;
    report->same = 0;
    report->is_anchor_reworded = false;
    DP_TRY(load_stored(txn, job));
    for (size_t i = 0; i < job->rows_count; i++) {
        compare(job, &job->rows[i]);
    }
    report->is_same = report->same == job->rows_count;
    bool is_full = job->stored_count + report->questions_new > QUESTIONS_MAX;
    return is_full ? err_make(DP_FULL) : DP_SUCCESS;
}

/* ---- Writing ---- */

static dp_err write_row(struct store_txn *txn, const struct questions_job *job,
                        const struct question_row *row, uint16_t *last_id)
{
    struct question question = row->wanted;
    if (!row->is_known) {
        question.id.value = ++*last_id;
        question.version = 1;
        return question_record_put(txn, &question);
    }
    if (!row->is_reworded && !row->is_switched) {
        return DP_SUCCESS;
    }
    const struct question *stored = stored_of(job, str_of(question.code));
    DP_CHECK(stored != NULL); /* the row is known, so it was found before */
    question.id = stored->id;
    question.version = (uint16_t)(stored->version + (row->is_reworded ? 1 : 0));
    return question_record_put(txn, &question);
}

static dp_err look_and_write(struct store_txn *txn, void *context)
{
    struct questions_job *job = context;
    const struct questions_report *report = job->report;
    struct import_id import = { 0 };
    uint16_t last_id = 0;
    char name[NAME_MAX_BYTES];
    DP_TRY(look(txn, job));
    if (report->is_same) {
        return DP_SUCCESS;
    }
    for (size_t i = 0; i < job->stored_count; i++) {
        last_id = job->stored[i].id.value > last_id ? job->stored[i].id.value : last_id;
        if (job->stored[i].version == UINT16_MAX) {
            return err_make(DP_FULL);
        }
    }
    if (last_id > UINT16_MAX - QUESTIONS_MAX) {
        return err_make(DP_FULL);
    }
    for (size_t i = 0; i < job->rows_count; i++) {
        DP_TRY(write_row(txn, job, &job->rows[i], &last_id));
    }
    const struct import_done done = { IMPORT_QUESTIONS, &job->hash, report->rows };
    DP_TRY(import_note(txn, job->file, &done, &import));
    import_base_name(job->file->name, name);
    return import_audit(txn, job->clock, job->file->actor, "questions.import",
                        "%s: %zu new, %zu reworded, %zu switched", name, report->questions_new,
                        report->reworded, report->switched);
}

static dp_err look_only(struct store *office, struct questions_job *job)
{
    struct store_txn *txn STORE_READ_AUTO = NULL;
    DP_TRY(store_read(office, &txn));
    return look(txn, job);
}

static dp_err load_before_reading(struct store *office, struct questions_job *job)
{
    struct store_txn *txn STORE_READ_AUTO = NULL;
    DP_TRY(store_read(office, &txn));
    return load_stored(txn, job);
}

static dp_err import_with(struct store *office, struct questions_job *job,
                          struct dp_problem *problem)
{
    struct cells cells CELLS_AUTO = { 0 };
    DP_TRY(load_before_reading(office, job));
    DP_TRY(cells_open(&cells, job->file, &job->report->problems, problem));
    DP_TRY(read_all(job, &cells, problem));
    return job->file->is_dry_run ? look_only(office, job)
                                 : store_write(office, look_and_write, job);
}

dp_err questions_import(struct store *office, const struct clock *clock,
                        const struct import_file *file, struct questions_report *report,
                        struct dp_problem *problem)
{
    const struct bytes content = bytes_of(file->bytes.ptr, file->bytes.len);
    struct questions_job job = { .file = file,
                                 .clock = clock,
                                 .report = report,
                                 .hash = secret_sha256(&content, 1),
                                 .stored_index = name_index_new(),
                                 .row_index = name_index_new() };
    *report = (struct questions_report){ .is_dry_run = file->is_dry_run };
    dp_err err = import_with(office, &job, problem);
    mem_free(job.stored);
    mem_free(job.rows);
    name_index_free(&job.stored_index);
    name_index_free(&job.row_index);
    return err;
}

/* ---- Export ---- */

static void write_question(struct csv_writer *csv, const struct question *question)
{
    csv_writer_plain(csv, str_of(question->code));
    csv_writer_int(csv, question->version);
    csv_writer_plain(csv, str_of(theme_code(question->theme)));
    csv_writer_plain(csv, str_of(scale_codes[question->scale]));
    csv_writer_plain(csv, question->is_reversed ? STR("yes") : STR("no"));
    csv_writer_plain(csv, question->is_active ? STR("yes") : STR("no"));
    csv_writer_free_text(csv, str_of(question->text[LANGUAGE_EN]));
    csv_writer_free_text(csv, str_of(question->text[LANGUAGE_DE]));
    csv_writer_end_row(csv);
}

dp_err questions_export(struct store *office, struct sink *out)
{
    const char *names[QUESTION_COLUMN_COUNT];
    struct question *questions MEM_AUTO = NULL;
    size_t count = 0;
    struct store_txn *txn STORE_READ_AUTO = NULL;
    for (size_t i = 0; i < QUESTION_COLUMN_COUNT; i++) {
        names[i] = columns[i].name;
    }
    DP_TRY(store_read(office, &txn));
    DP_TRY(questions_load(txn, &questions, &count));
    struct csv_writer csv = csv_writer_new(out);
    csv_writer_header(&csv, names, QUESTION_COLUMN_COUNT);
    for (size_t i = 0; i < count; i++) {
        write_question(&csv, &questions[i]);
    }
    return sink_flush(out);
}
