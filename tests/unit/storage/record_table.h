/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Every record of storage/, for what is tested of all of them: RECORDS(X) calls X(name,
 * struct tag). A new record gets its row here, a sample in test_records.c, and a file in the
 * fuzz corpus. tests/fuzz/fuzz_records.c uses the same list.
 */

#include "storage/account_record.h"
#include "storage/alert_record.h"
#include "storage/audit_record.h"
#include "storage/calendar_exception_record.h"
#include "storage/cell_record.h"
#include "storage/correction_record.h"
#include "storage/difficulty_record.h"
#include "storage/flushed_record.h"
#include "storage/import_record.h"
#include "storage/link_record.h"
#include "storage/metric_record.h"
#include "storage/office_key_record.h"
#include "storage/organisation_record.h"
#include "storage/outcome_record.h"
#include "storage/outcome_replaced_record.h"
#include "storage/partition_record.h"
#include "storage/pending_move_record.h"
#include "storage/person_record.h"
#include "storage/primary_record.h"
#include "storage/question_record.h"
#include "storage/roster_version_record.h"
#include "storage/run_record.h"
#include "storage/schedule_record.h"
#include "storage/session_record.h"
#include "storage/setup_code_record.h"
#include "storage/team_record.h"
#include "storage/unit_membership_record.h"
#include "storage/unit_record.h"
#include "storage/verdict_record.h"
#include "storage/week_released_record.h"

/* The order is the first byte of an input of the fuzz target: append only. */
#define RECORDS(X)                            \
    X(account, account)                       \
    X(audit, audit_entry)                     \
    X(calendar_exception, calendar_exception) \
    X(cell, cell)                             \
    X(correction, correction)                 \
    X(flushed, flushed)                       \
    X(import, import)                         \
    X(link, link)                             \
    X(metric, metric)                         \
    X(office_key, office_key)                 \
    X(organisation, organisation)             \
    X(outcome, outcome)                       \
    X(pending_move, person_move)              \
    X(person, person)                         \
    X(question, question)                     \
    X(roster_version, roster_version)         \
    X(run, run)                               \
    X(schedule, schedule)                     \
    X(session, session)                       \
    X(setup_code, setup_code)                 \
    X(team, team)                             \
    X(unit_membership, unit_membership_from)  \
    X(unit, unit)                             \
    X(verdict, verdict_memory)                \
    X(week_released, week_released)           \
    X(outcome_replaced, outcome_replaced)     \
    X(partition, partition_state)             \
    X(primary, primary_question)              \
    X(difficulty, difficulty)                 \
    X(alert, alert)

enum { RECORD_TABLE_MAX = 8192 }; /* larger than any record */

/** Decodes, and encodes what came out. Fails: as the decoder; a failing encoder is a failure
 * too. */
typedef dp_err (*record_again)(struct bytes value, uint8_t space[RECORD_TABLE_MAX],
                               struct bytes *out);

struct record_row {
    const char *name;
    record_again again;
};

#define RECORD_AGAIN(name, tag)                                                     \
    static dp_err again_##name(struct bytes value, uint8_t space[RECORD_TABLE_MAX], \
                               struct bytes *out)                                   \
    {                                                                               \
        static struct tag record;                                                   \
        struct wire_writer writer = wire_write(space, RECORD_TABLE_MAX);            \
        DP_TRY(name##_record_decode(value, &record));                               \
        name##_record_encode(&writer, &record);                                     \
        DP_CHECK(writer.failed == DP_OK); /* what was read can be written */        \
        return wire_finish(&writer, out);                                           \
    }
RECORDS(RECORD_AGAIN)

#define RECORD_ROW(name, tag) { #name, again_##name },
static const struct record_row RECORD_TABLE[] = { RECORDS(RECORD_ROW) };
enum { RECORD_COUNT = sizeof RECORD_TABLE / sizeof RECORD_TABLE[0] };
