/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Many phones at once. Each worker opens a connection, shakes hands and makes either a bare request
 * (/healthz) or a whole visit (the question page, then an answer, and the reply must be the redirect
 * that says that it is stored). As fast as it goes, or at a given rate: then latency counts from the
 * moment at which the visit was due, so that a stall is not hidden by those who wait behind it.
 */

#include "tests/bench/folder.h"
#include "tests/bench/program.h"

enum load_kind { LOAD_BARE, LOAD_VISIT };

struct load_wanted {
    enum load_kind kind;
    const struct links *links;
    double seconds;
    double rate; /* a second; 0: as fast as it goes */
};

struct load_result {
    double rate;        /* done a second */
    double cpu_ms;      /* of the web process, for one */
    double server_busy; /* share of its processor that the web process had */
    double p50_ms;
    double p99_ms;
    uint64_t done;
};

/** A visit that fails ends the bench. */
void load_run(const struct server *server, const struct load_wanted *wanted,
              struct load_result *result);

/** One visit. Gives false, with a word on standard error, when anything was not as it should be. */
bool load_visit(uint16_t port, const char *path, unsigned from);
