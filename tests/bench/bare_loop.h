/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The reference for durable answers: a bare LMDB environment that takes the same bytes as a box does
 * (a marker and a sealed ballot for each answer), in groups of a given size, one commit a group.
 */

#include <stdint.h>

struct bare_loop;

/** Makes the environment in a new folder. A failure ends the bench. Owns: bare_loop_close(). */
struct bare_loop *bare_loop_open(const char *path);
void bare_loop_close(struct bare_loop *loop);

/** Puts `answers` answers. Gives how many a second. */
double bare_loop_run(struct bare_loop *loop, uint64_t answers, double group);
