/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The box of one epoch: a small store of its own with the plan of the day, the markers (who has
 * answered, under a key that is destroyed in the evening) and the sealed ballots. This file moves
 * bytes; what they mean, and the keys, are the business of app/privacy, the only room that
 * includes it.
 *
 *   box/2026-03-09/       the box of an epoch
 *   box/.making-...       one that is being built; nobody opens it
 *   box/.gone-...         one that is being removed
 *
 *   META 1                the head: epoch, public key, window, question, k, counts
 *   META 2                nothing; its being there says that the box is closed
 *   PLAN 1, unit u32      a unit or pool as it stands this week
 *   PLAN 2, person u64    the person's unit, u32 (0: none)
 *   MARKER, 16 bytes      the slot of this person's ballot, 16 bytes
 *   BALLOT, slot          96 sealed bytes
 *
 * A box is built under a temporary name and appears whole, by a rename. Opening never makes one.
 * The web process may write into a box but not into the folder it lies in.
 */

#include "app/survey/question.h"
#include "app/survey/unit.h"
#include "storage/store.h"

enum {
    BOX_SCHEMA = 1,
    BOX_KEY_BYTES = 32,
    BOX_MARKER_BYTES = 16,
    BOX_SLOT_BYTES = 16,
    BOX_BALLOT_BYTES = 96,
    BOX_EPOCHS_MAX = 64, /* in a folder at the same time; there are two on a usual day */
};

/** What holds for the whole epoch. */
struct box_head {
    struct epoch_id epoch;
    uint8_t public_key[BOX_KEY_BYTES];
    int64_t open_s; /* Unix seconds; open_s <= now < close_s */
    int64_t close_s;
    struct question_id question;
    uint16_t question_version;
    bool is_anchor;
    uint32_t min_people; /* k */
    uint32_t units_count;
    uint32_t people_count;
};

/** A person and the unit of the person's team; 0 if there is none. */
struct box_person {
    struct person_id person;
    struct unit_id unit;
};

/** What a box is built from. The counts in the head are set by box_build(). */
struct box_plan {
    struct box_head head;
    const struct unit *units; /* open ones, pools too */
    size_t units_count;
    const struct box_person *people;
    size_t people_count;
};

struct box;

/** Builds and publishes the box of an epoch. When it fails there is no box; what an earlier try left
 * is removed.
 * Takes: the folder "box" of the data folder.
 * Fails: DP_EXISTS, DP_INVALID (a window that doesn't open before it closes, an id of 0),
 * DP_FORBIDDEN, DP_FULL, DP_IO. */
dp_err box_build(const char *folder, const struct box_plan *plan, struct dp_problem *problem);

/** Opens the box of an epoch. Fails: DP_NOT_FOUND, DP_CORRUPT, and as store_open().
 * Owns: the caller; end with box_close(). Threads: a box may be used by many at once. */
dp_err box_open(const char *folder, struct epoch_id epoch, struct dp_problem *problem,
                struct box **out);

/** NULL is fine. */
void box_close(struct box *box);
void box_close_at(struct box **box);
#define BOX_AUTO __attribute__((cleanup(box_close_at)))

/** Valid until box_close(). */
const struct box_head *box_head(const struct box *box);

/** The unit of a person. Takes O(log n). Fails: DP_NOT_FOUND (not in the plan), DP_BUSY, DP_IO. */
dp_err box_find_person(struct box *box, struct person_id person, struct unit_id *unit);

/** Fails: DP_NOT_FOUND, DP_BUSY, DP_IO, DP_CORRUPT. */
dp_err box_find_unit(struct box *box, struct unit_id id, struct unit *out);

/** All units and pools of the plan, by id. */
dp_err box_each_unit(struct box *box, bool (*visit)(const struct unit *unit, void *context),
                     void *context);

/** One answer. The slot is where a first ballot goes; a later one replaces the first in its slot. */
struct box_entry {
    uint8_t marker[BOX_MARKER_BYTES];
    uint8_t slot[BOX_SLOT_BYTES];
    uint8_t ballot[BOX_BALLOT_BYTES];
};

/** Puts a ballot in, by one transaction; when this returns it is on the disk.
 * Fails: DP_CLOSED, DP_FULL, DP_READ_ONLY, DP_IO: then nothing is stored. */
dp_err box_put(struct box *box, const struct box_entry *entry);

/** From here on box_put() gives DP_CLOSED, in every process. Again is fine. */
dp_err box_mark_closed(struct box *box);
dp_err box_is_closed(struct box *box, bool *is_closed);

dp_err box_count(struct box *box, uint64_t *markers, uint64_t *ballots);

/** All markers; `visit` gives false to stop. */
dp_err box_each_marker(struct box *box,
                       bool (*visit)(const uint8_t marker[BOX_MARKER_BYTES],
                                     const uint8_t slot[BOX_SLOT_BYTES], void *context),
                       void *context);

/** All ballots in the order of their slots. */
dp_err box_each_ballot(struct box *box,
                       bool (*visit)(const uint8_t slot[BOX_SLOT_BYTES],
                                     const uint8_t ballot[BOX_BALLOT_BYTES], void *context),
                       void *context);

/** Removes the box from the disk; a missing one is fine. Its keys must be gone before. */
dp_err box_destroy(const char *folder, struct epoch_id epoch);

/** The epochs that have a box, by date. Fails: DP_IO, DP_FULL (more than BOX_EPOCHS_MAX). */
dp_err box_list(const char *folder, struct epoch_id out[BOX_EPOCHS_MAX], size_t *count);

/** Removes what a crash left half built or half removed. Only the one process that makes boxes may
 * call it. */
dp_err box_sweep(const char *folder);
