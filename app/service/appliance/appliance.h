/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * An open data folder: its two shared stores, the organisation, its zone and the clock. Every
 * service takes one. Processes open one each; several may have the same folder open at once.
 */

#include "app/core/clock.h"
#include "app/core/zone.h"
#include "app/privacy/released.h"
#include "app/survey/organisation.h"
#include "storage/folder.h"
#include "storage/store.h"

struct appliance {
    struct folder folder;
    struct store *office;
    struct store *results;
    struct organisation organisation; /* as it was when the folder was opened */
    struct zone zone;
    struct clock clock;
    struct released_memory *memory; /* of a process that shows many pages; else NULL */
};

/** What a new data folder starts with. */
struct appliance_start {
    const char *path;
    const char *name;          /* of the organisation */
    const char *zone;          /* "Europe/Berlin" */
    const char *base_url;      /* "https://pulse.example", for links; may be "" */
    enum language language;
    uint32_t min_people;       /* k; 0: the floor */
    struct date programme_start; /* brought to its Monday; days 0: this week's */
    bool is_demo;
};

/** Makes a data folder with organisation, questions and secret keys, and opens it.
 * Fails: as folder_create(), DP_INVALID (a value of `start`); each with a sentence. */
dp_err appliance_create(const struct appliance_start *start, struct clock clock,
                        struct dp_problem *problem, struct appliance *out);

/** Opens a data folder that is there. Fails: as folder_open() and store_open(); DP_NOT_FOUND. */
dp_err appliance_open(const char *path, struct clock clock, struct dp_problem *problem,
                      struct appliance *out);

/** Closes what is open; a zeroed appliance is fine. */
void appliance_close(struct appliance *appliance);
#define APPLIANCE_AUTO __attribute__((cleanup(appliance_close)))

/** From now on keeps the results' figures between one reading and the next, which a process that shows
 * many pages wants and a command doesn't. Fails: DP_NO_MEMORY. */
dp_err appliance_remember(struct appliance *appliance);

/** Opens the results' figures, from the memory if there is one. As released_open_with(). */
dp_err appliance_released(const struct appliance *appliance, struct released **out);

/** The local date now. */
struct date appliance_today(const struct appliance *appliance);

/** One line for the audit chain, to be called inside a job. Takes: an actor (a login, "cli",
 * "system"), a code such as "user.add", and a formatted detail. */
dp_err appliance_audit(struct store_txn *txn, const struct clock *clock, const char *actor,
                       const char *action, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
