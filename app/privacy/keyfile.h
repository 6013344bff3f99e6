/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The two keys of an epoch on the disk.
 *
 *   epoch/2026-03-09     0600  the key pair that opens the ballots, and what the clocks showed when
 *                              it was made; read by flush alone
 *   daykey/2026-03-09    0640  K_day, which turns a person into a marker; read by the web process
 *
 * Both are written whole or not at all, and synced, file and folder, before the box is made. In the
 * evening they are overwritten, synced and unlinked. In memory they lie in locked pages that are
 * wiped when they are given back.
 */

#include "app/core/clock.h"
#include "app/core/secret.h"
#include "app/privacy/ballot.h"
#include "storage/folder.h"

enum { KEYFILE_BOOT_ID_MAX = 40, KEYFILE_EPOCHS_MAX = 64 };

/** What the clocks showed at a moment, to see later whether one of them was turned. */
struct keyfile_moment {
    char
        boot_id[KEYFILE_BOOT_ID_MAX]; /* of the machine's present run; "" where there is none */
    int64_t wall_s;
    int64_t boot_s;
};

/** Now. */
struct keyfile_moment keyfile_now(const struct clock *clock);

/** Makes and stores a key pair, reads it back and tries it. What an earlier try left is destroyed:
 * call it only while the epoch has no box. Fails: DP_IO, DP_FULL, DP_FORBIDDEN, DP_CRYPTO. */
dp_err keyfile_make_pair(const struct folder *folder, struct epoch_id epoch,
                         const struct keyfile_moment *made, struct ballot_keys *out,
                         struct dp_problem *problem);

/** Fails: DP_NOT_FOUND, DP_FORBIDDEN, DP_CORRUPT, DP_IO. */
dp_err keyfile_read_pair(const struct folder *folder, struct epoch_id epoch,
                         struct ballot_keys *out, struct keyfile_moment *made);

/** Makes and stores K_day. Fails: as keyfile_make_pair(). */
dp_err keyfile_make_day(const struct folder *folder, struct epoch_id epoch,
                        struct dp_problem *problem);

/** Takes: `out` in locked memory. Fails: as keyfile_read_pair(). */
dp_err keyfile_read_day(const struct folder *folder, struct epoch_id epoch,
                        struct secret_key *out);

/** A key in locked memory, or NULL; the other wipes it. */
struct secret_key *keyfile_new_key(void);
void keyfile_free_key(struct secret_key *key);

/** Overwrites, syncs and unlinks. A missing file is fine. Fails: DP_IO. */
dp_err keyfile_destroy_pair(const struct folder *folder, struct epoch_id epoch);
dp_err keyfile_destroy_day(const struct folder *folder, struct epoch_id epoch);

/** The epochs that have a key of either kind, by date, each once. Fails: DP_IO, DP_FULL. */
dp_err keyfile_list(const struct folder *folder, struct epoch_id out[KEYFILE_EPOCHS_MAX],
                    size_t *count);

/** Destroys files that a crash left half written. Only flush may call it. Fails: DP_IO. */
dp_err keyfile_sweep(const struct folder *folder);
