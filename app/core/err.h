/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The one way in which anything signals failure.
 *
 * A function that can fail returns `dp_err` by value. It is a one-field struct and not an int, so
 * that it can't be mistaken for a count, a bool or an errno, and the compiler warns when a caller
 * drops it. There is no thread-local error and no exit outside main: what a person must fix is
 * handed out through `struct dp_problem`, which names file, line and column.
 *
 * Adding a code: add it to the enum in its group, then the compiler stops in err_sentence() (the
 * sentence), err_name() and in web/request/status.c (the HTTP status) until each has its row.
 */

#include <stdbool.h>
#include <stddef.h>

enum dp_code {
    DP_OK = 0,

    /* usage: the caller asked in a way that can never work */
    DP_USAGE,
    DP_UNSUPPORTED,

    /* input: bytes from outside are wrong */
    DP_INVALID,
    DP_NOT_UTF8,
    DP_TOO_LONG,
    DP_OUT_OF_RANGE,
    DP_CONFLICT,

    /* auth: who asks may not */
    DP_UNAUTHENTICATED,
    DP_FORBIDDEN,
    DP_RATE_LIMITED,

    /* not found */
    DP_NOT_FOUND,
    DP_EXISTS,
    DP_CLOSED,

    /* limit: a bound that we set was met */
    DP_NO_MEMORY,
    DP_FULL,
    DP_BUSY,
    DP_TIMEOUT,

    /* storage and system */
    DP_IO,
    DP_CORRUPT,
    DP_SCHEMA_OLDER,
    DP_SCHEMA_NEWER,
    DP_READ_ONLY,
    DP_CRYPTO,
    DP_TLS,

    /* bug: an invariant of ours does not hold */
    DP_BUG,

    DP_CODE_COUNT
};

#if defined(__clang__)
#define ERR_MUST_USE __attribute__((warn_unused_result))
#else
#define ERR_MUST_USE [[nodiscard]]
#endif

/* gcc honours the attribute on a type in C17 already, but calls it an extension. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
typedef struct ERR_MUST_USE dp_err_value {
    enum dp_code code;
} dp_err;
#pragma GCC diagnostic pop

#define DP_SUCCESS ((dp_err){ DP_OK })

/** Makes an error of a code. */
static inline dp_err err_make(enum dp_code code)
{
    return (dp_err){ code };
}

static inline bool err_is_ok(dp_err err)
{
    return err.code == DP_OK;
}

static inline bool err_is(dp_err err, enum dp_code code)
{
    return err.code == code;
}

/** Marks an error as knowingly not acted upon; say why beside the call. */
static inline void err_ignore(dp_err err)
{
    (void)err;
}

/** The plain sentence for a person, without a final full stop. Never NULL. */
const char *err_sentence(enum dp_code code);

/** The machine name of a code, lower case with underscores ("not_found"). Never NULL. */
const char *err_name(enum dp_code code);

/** Returns from the calling function when `call` fails. The only hidden flow in the code. */
#define DP_TRY(call)                                                                               \
    do {                                                                                           \
        dp_err dp_try_result = (call);                                                          \
        if (dp_try_result.code != DP_OK) {                                                         \
            return dp_try_result;                                                                  \
        }                                                                                          \
    } while (0)

/** Aborts with file and line when a programmer's assumption is wrong; stays on in release. */
#define DP_CHECK(cond) ((cond) ? (void)0 : err_check_failed(#cond, __FILE__, __LINE__))

_Noreturn void err_check_failed(const char *condition, const char *file, int line);

enum { PROBLEM_FILE_MAX = 256, PROBLEM_SENTENCE_MAX = 512 };

/** What a person must mend, and where. Line and column count from 1; 0 means "not of a place". */
struct dp_problem {
    char file[PROBLEM_FILE_MAX];
    size_t line;
    size_t column;
    char sentence[PROBLEM_SENTENCE_MAX];
};

/** Fills a problem from a format and gives DP_INVALID, so that it can be returned at once.
 * Takes: problem may be NULL (then only the code is given); its file is left as it was. */
dp_err problem_set(struct dp_problem *problem, size_t line, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** Writes "FILE:LINE:COLUMN: sentence" (parts that are unknown are left out), always terminated. */
void problem_text(const struct dp_problem *problem, char *out, size_t out_size);
