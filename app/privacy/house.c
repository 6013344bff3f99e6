/* SPDX-License-Identifier: MIT */
#include "app/privacy/house.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "app/core/file.h"
#include "app/core/mem.h"
#include "storage/calendar_exception_record.h"
#include "storage/flushed_record.h"
#include "storage/organisation_record.h"
#include "storage/question_record.h"

enum { LOCK_MODE = 0600, FIRST_ROOM = 32 };

void house_reach(const struct house *house, enum house_step step)
{
    if (house->at_step != NULL) {
        house->at_step(step, house->at_step_context);
    }
}

dp_err house_lock(const struct house *house, int *lock_fd, struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    *lock_fd = -1;
    DP_TRY(file_join(path, sizeof path, house->folder->epoch, "lock"));
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, LOCK_MODE);
    if (fd < 0) {
        int error = errno;
        err_ignore(problem_set(problem, 0, 0, "%s can't be opened", path));
        return err_make(file_code_of_errno(error));
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        bool is_busy = errno == EWOULDBLOCK;
        close(fd);
        err_ignore(problem_set(problem, 0, 0, "another process is closing or making epochs"));
        return err_make(is_busy ? DP_BUSY : DP_IO);
    }
    *lock_fd = fd;
    return DP_SUCCESS;
}

void house_unlock(const int *lock_fd)
{
    file_close_at(lock_fd);
}

/* ---- The survey ---- */

struct gathering {
    struct house_survey *survey;
    size_t capacity;
    bool has_no_memory;
};

static bool add_question(const struct question *question, void *context)
{
    struct gathering *gathering = context;
    struct house_survey *survey = gathering->survey;
    if (survey->questions_count == gathering->capacity) {
        size_t wanted = gathering->capacity == 0 ? FIRST_ROOM : gathering->capacity * 2;
        struct question *moved = mem_resize(survey->questions, wanted, sizeof *moved);
        gathering->has_no_memory = moved == NULL;
        if (moved == NULL) {
            return false;
        }
        survey->questions = moved;
        gathering->capacity = wanted;
    }
    survey->questions[survey->questions_count] = *question;
    survey->questions_count++;
    return true;
}

dp_err house_survey_read(struct store_txn *office, struct house_survey *out)
{
    *out = (struct house_survey){ 0 };
    struct gathering gathering = { .survey = out };
    DP_TRY(organisation_record_get(office, &out->organisation));
    dp_err err = question_record_each_latest(office, add_question, &gathering);
    if (err_is_ok(err) && gathering.has_no_memory) {
        err = err_make(DP_NO_MEMORY);
    }
    if (!err_is_ok(err)) {
        house_survey_free(out);
    }
    return err;
}

void house_survey_free(struct house_survey *survey)
{
    mem_free(survey->questions);
    survey->questions = NULL;
    survey->questions_count = 0;
}

dp_err house_day(struct store_txn *office, const struct house_survey *survey, struct date date,
                 struct calendar_day *out)
{
    struct calendar_exception exception;
    dp_err err = calendar_exception_record_get(office, date, &exception);
    bool is_exception = err_is_ok(err);
    if (!is_exception && !err_is(err, DP_NOT_FOUND)) {
        return err;
    }
    if (date_is_before(date, survey->organisation.programme_start)) {
        *out = (struct calendar_day){ .date = date, .kind = CALENDAR_PAUSED };
        return DP_SUCCESS;
    }
    *out = calendar_plan(&survey->organisation, date, survey->questions,
                         survey->questions_count, is_exception ? &exception : NULL);
    return DP_SUCCESS;
}

const struct question *house_question(const struct house_survey *survey, struct question_id id)
{
    for (size_t i = 0; i < survey->questions_count; i++) {
        if (survey->questions[i].id.value == id.value) {
            return &survey->questions[i];
        }
    }
    return NULL;
}

dp_err house_is_flushed(const struct house *house, struct epoch_id epoch, bool *is_flushed)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct flushed flushed;
    DP_TRY(store_read(house->results, &txn));
    dp_err err = flushed_record_get(txn, epoch, &flushed);
    *is_flushed = err_is_ok(err);
    return err_is(err, DP_NOT_FOUND) ? DP_SUCCESS : err;
}
