/* SPDX-License-Identifier: MIT */
#include "app/service/appliance/appliance.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/core/random.h"
#include "app/survey/people.h"
#include "app/survey/question.h"
#include "storage/audit_record.h"
#include "storage/office_key_record.h"
#include "storage/organisation_record.h"
#include "storage/question_record.h"
#include "storage/team_record.h"

/* What the first transaction of a new folder writes. */
struct first {
    struct organisation organisation;
    struct office_key keys[OFFICE_KEY_COUNT];
    struct clock clock;
};

static dp_err put_questions(struct store_txn *txn)
{
    size_t count = 0;
    const struct question *questions = question_defaults(&count);
    for (size_t i = 0; i < count; i++) {
        DP_TRY(question_record_put(txn, &questions[i]));
    }
    return DP_SUCCESS;
}

static dp_err put_root(struct store_txn *txn, const struct organisation *organisation)
{
    struct team root = { .id = { TEAM_ROOT }, .code = "*" };
    snprintf(root.name, sizeof root.name, "%s", organisation->name);
    return team_record_put(txn, &root);
}

static dp_err write_first(struct store_txn *txn, void *context)
{
    const struct first *first = context;
    DP_TRY(organisation_record_put(txn, &first->organisation));
    for (size_t i = 0; i < OFFICE_KEY_COUNT; i++) {
        DP_TRY(office_key_record_put(txn, &first->keys[i]));
    }
    DP_TRY(put_root(txn, &first->organisation));
    DP_TRY(put_questions(txn));
    return appliance_audit(txn, &first->clock, "system", "init", "%s",
                           first->organisation.name);
}

static dp_err prepare(const struct appliance_start *start, const struct clock *clock,
                      struct dp_problem *problem, struct first *first)
{
    struct organisation *organisation = &first->organisation;
    struct zone zone;
    DP_TRY(zone_load(str_of(start->zone), &zone, problem));
    organisation_defaults(organisation, str_of(start->name), str_of(start->zone));
    organisation->language = start->language;
    organisation->is_demo = start->is_demo;
    if (start->min_people != 0) {
        organisation->min_people = start->min_people;
    }
    if (!str_copy(str_of(start->base_url), organisation->base_url,
                  sizeof organisation->base_url)) {
        return problem_set(problem, 0, 0, "the base address is too long");
    }
    struct date day = start->programme_start;
    if (day.days == 0) {
        day = zone_to_local(&zone, clock_wall_s(clock)).date;
    }
    organisation->programme_start = date_monday(day);
    DP_TRY(organisation_validate(organisation, problem));
    for (size_t i = 0; i < OFFICE_KEY_COUNT; i++) {
        first->keys[i].kind = (enum office_key_kind)i;
        random_secret(first->keys[i].key.bytes, sizeof first->keys[i].key.bytes);
    }
    first->clock = *clock;
    return DP_SUCCESS;
}

static dp_err create_in(struct first *first, const struct appliance_start *start,
                        struct dp_problem *problem, struct appliance *out)
{
    DP_TRY(folder_create(start->path, start->is_demo, problem, &out->folder));
    DP_TRY(folder_open_office(&out->folder, problem, &out->office));
    DP_TRY(store_write(out->office, write_first, first));
    DP_TRY(folder_open_results(&out->folder, problem, &out->results));
    out->organisation = first->organisation;
    return zone_load(str_of(out->organisation.zone), &out->zone, problem);
}

dp_err appliance_create(const struct appliance_start *start, struct clock clock,
                        struct dp_problem *problem, struct appliance *out)
{
    struct first first = { 0 };
    *out = (struct appliance){ .folder = { .lock_fd = -1 }, .clock = clock };
    DP_TRY(prepare(start, &clock, problem, &first));
    dp_err made = create_in(&first, start, problem, out);
    secret_wipe(&first, sizeof first);
    if (!err_is_ok(made)) {
        appliance_close(out);
    }
    return made;
}

static dp_err read_organisation(struct appliance *appliance, struct dp_problem *problem)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    dp_err found = organisation_record_get(txn, &appliance->organisation);
    if (err_is(found, DP_NOT_FOUND)) {
        err_ignore(problem_set(problem, 0, 0, "%s was never finished; remove it and start again",
                               appliance->folder.path));
    }
    return found;
}

static dp_err open_in(const char *path, struct dp_problem *problem, struct appliance *out)
{
    DP_TRY(folder_open(path, FOLDER_LOCK_SHARED, problem, &out->folder));
    DP_TRY(folder_open_office(&out->folder, problem, &out->office));
    DP_TRY(folder_open_results(&out->folder, problem, &out->results));
    DP_TRY(read_organisation(out, problem));
    return zone_load(str_of(out->organisation.zone), &out->zone, problem);
}

dp_err appliance_open(const char *path, struct clock clock, struct dp_problem *problem,
                      struct appliance *out)
{
    *out = (struct appliance){ .folder = { .lock_fd = -1 }, .clock = clock };
    dp_err opened = open_in(path, problem, out);
    if (!err_is_ok(opened)) {
        appliance_close(out);
    }
    return opened;
}

void appliance_close(struct appliance *appliance)
{
    store_close(appliance->results);
    store_close(appliance->office);
    released_memory_free(appliance->memory);
    appliance->memory = NULL;
    appliance->results = NULL;
    appliance->office = NULL;
    if (appliance->folder.path[0] != '\0') {
        folder_close(&appliance->folder);
        appliance->folder.path[0] = '\0';
    }
}

dp_err appliance_remember(struct appliance *appliance)
{
    return appliance->memory == NULL
               ? released_memory_make(RELEASED_MEMORY_CELLS, &appliance->memory)
               : DP_SUCCESS;
}

dp_err appliance_released(const struct appliance *appliance, struct released **out)
{
    return released_open_with(appliance->office, appliance->results, appliance->memory, out);
}

struct date appliance_today(const struct appliance *appliance)
{
    return zone_to_local(&appliance->zone, clock_wall_s(&appliance->clock)).date;
}

dp_err appliance_audit(struct store_txn *txn, const struct clock *clock, const char *actor,
                       const char *action, const char *format, ...)
{
    struct audit_entry entry = { .at_s = clock_wall_s(clock) };
    snprintf(entry.actor, sizeof entry.actor, "%s", actor);
    snprintf(entry.action, sizeof entry.action, "%s", action);
    va_list args;
    va_start(args, format);
    vsnprintf(entry.detail, sizeof entry.detail, format, args);
    va_end(args);
    return audit_record_append(txn, &entry);
}
