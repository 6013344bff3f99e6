/* SPDX-License-Identifier: MIT */
#pragma once

/* HR's changes to the calendar, one a date (app/survey/calendar.h). See record.h. */

#include "app/survey/calendar.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { CALENDAR_EXCEPTION_RECORD_MAX = 256 };

void calendar_exception_record_encode(struct wire_writer *writer,
                                      const struct calendar_exception *exception);
dp_err calendar_exception_record_decode(struct bytes value, struct calendar_exception *out);

dp_err calendar_exception_record_put(struct store_txn *txn,
                                     const struct calendar_exception *exception);
dp_err calendar_exception_record_get(struct store_txn *txn, struct date date,
                                     struct calendar_exception *out);
dp_err calendar_exception_record_delete(struct store_txn *txn, struct date date);

/** All, by date. */
dp_err calendar_exception_record_each(struct store_txn *txn,
                                      bool (*visit)(const struct calendar_exception *exception,
                                                    void *context),
                                      void *context);

/** Those of the dates from..to, both included. */
dp_err calendar_exception_record_each_between(
    struct store_txn *txn, struct date from, struct date to,
    bool (*visit)(const struct calendar_exception *exception, void *context), void *context);
