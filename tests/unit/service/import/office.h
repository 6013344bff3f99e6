/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * An empty office in a fresh folder for one test, with a clock that the test may set, and a picture
 * of all that is stored, to see that nothing has changed.
 */

#include "app/core/clock.h"
#include "app/core/secret.h"
#include "app/service/import/import.h"
#include "storage/store.h"

struct office {
    const char *dir;
    struct store *store;
    int64_t now_s;
    struct clock clock;
};

/** For cmocka's setup and teardown; *state is a struct office. */
int office_open(void **state);
int office_close(void **state);

/** A file as an import takes it, by "test" on Wednesday, 11 March 2026. */
struct import_file office_file(const char *text);

/** 11 March 2026. */
struct date office_today(void);

struct date office_date(const char *text);

/** SHA-256 over every key and value. */
struct secret_hash office_picture(const struct office *office);

/** Fails the test unless nothing has changed since the picture. */
void office_assert_unchanged(const struct office *office, const struct secret_hash *picture);

/** Prints all problems of a list, and fails the test, unless there are `wanted`. */
void office_assert_problems(const struct import_problems *problems, size_t wanted);
