/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What `daypulse doctor` looks at: everything that makes an appliance fail or leak quietly, one
 * sentence each, without a name, an address or a figure about people, so that the page can be pasted
 * into a report.
 *
 *   folder       it is there, is a data folder, this program can read it
 *   disk         a file system on which overwriting a key overwrites it, and room to write
 *   users        whether the keys of the ballots belong to a user of their own
 *   swap         memory with open ballots could be written to disk
 *   clock        it is set by somebody, and not behind what has been released
 *   certificate  how long it is valid
 *   boxes        a day that should have been closed, a question that should be open
 *   export       the last run
 *   audit        the chain is whole
 *
 * A note is worth knowing; a problem is to be mended, and makes exit code 6.
 */

#include "app/config/config.h"
#include "app/core/clock.h"

enum { CHECKUP_MAX = 24, CHECKUP_SENTENCE_MAX = 400 };

enum checkup_state { CHECKUP_OK, CHECKUP_NOTE, CHECKUP_PROBLEM };

struct checkup_finding {
    const char *subject;
    enum checkup_state state;
    char sentence[CHECKUP_SENTENCE_MAX];
};

struct checkup {
    struct checkup_finding findings[CHECKUP_MAX];
    size_t count;
    bool has_problem;
};

/** Looks at everything. What can't be looked at is a finding too. */
void checkup_run(const struct config *config, const struct clock *clock,
                 struct checkup *checkup);

/** Whether the web part answers and its certificate is valid; quick, for monitors.
 * Fails: with a sentence that says what is wrong. */
dp_err checkup_health(const struct config *config, const struct clock *clock,
                      struct dp_problem *problem);
