/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A fresh data folder with `daypulse web` running on it. The build says which program that is
 * (DP_PROGRAM).
 */

#include <stdint.h>
#include <sys/types.h>

struct appliance {
    const char *dir;  /* temporary */
    const char *data; /* the data folder */
    const char *log;  /* what the program wrote */
    pid_t web;
    uint16_t port;
};

/** Makes the folder and starts; returns once it serves. Fails the test when it does not. */
void appliance_start(struct appliance *appliance);

/** Ends the process with SIGTERM, which must go well, and removes the folder. */
void appliance_stop(struct appliance *appliance);

/** Runs a command of the program on the folder ("cert renew"), which must succeed. */
void appliance_run(const struct appliance *appliance, const char *command);

/** Processor time that the web process has used, in milliseconds. */
double appliance_cpu_ms(const struct appliance *appliance);

/** What it has logged so far. */
const char *appliance_log(const struct appliance *appliance);

/** Waits until the log holds a text; fails the test after 10 s. */
void appliance_wait_log(const struct appliance *appliance, const char *text);
