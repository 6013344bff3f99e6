/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The data folder: all state of the appliance lies in it and nothing elsewhere.
 *
 *   daypulse.folder  the mark: format, and whether making it came to its end
 *   lock             locked shared by running processes, alone by restore and migrate
 *   demo             only in a demo folder, for ever
 *   office/  0770    people, teams, accounts ... (web and CLI write)
 *   results/ 0770    released cells (flush writes)
 *   box/     0750    an environment for each open epoch (flush makes them, web can't make any)
 *   epoch/   0700    the epochs' secret keys (flush alone)
 *   daykey/  0750    marker keys (flush writes, web reads)
 *   tally/   0700    week tallies (flush alone)
 *   certs/   0700    CA and leaf
 *   exports/ 0750    snapshots
 *   backup/  0700
 *   run/     0700    private sockets; elsewhere when the path would be too long for a socket,
 *                    then the file "run.path" says where
 */

#include "app/core/err.h"
#include "app/core/file.h"
#include "storage/store.h"

enum {
    FOLDER_FORMAT = 1,
    FOLDER_OFFICE_SCHEMA = 1,
    FOLDER_RESULTS_SCHEMA = 1,
    FOLDER_SHARED_FILE_MODE = 0660,
    FOLDER_RUN_MAX = 80, /* so that run/ and a name of up to 27 bytes fit a socket address */
};

/** In run/: where the web part's server listens, for its own front and for `daypulse health`. */
#define FOLDER_WEB_SOCKET "web.sock"

/** SHARED: a process that works with the folder. EXCLUSIVE: nobody else may have it open. */
enum folder_lock { FOLDER_LOCK_SHARED, FOLDER_LOCK_EXCLUSIVE };

struct folder {
    char path[FILE_PATH_MAX]; /* absolute */
    char office[FILE_PATH_MAX];
    char results[FILE_PATH_MAX];
    char box[FILE_PATH_MAX];
    char epoch[FILE_PATH_MAX];
    char daykey[FILE_PATH_MAX];
    char tally[FILE_PATH_MAX];
    char certs[FILE_PATH_MAX];
    char exports[FILE_PATH_MAX];
    char backup[FILE_PATH_MAX];
    char run[FOLDER_RUN_MAX];
    bool is_demo;
    int lock_fd; /* holds the lock while open; -1 when closed */
};

/** Makes a data folder with its two empty stores; a demo stays one for ever. Its parent must
 * exist; the folder itself may, if it is empty or an earlier try did not come to its end.
 * Then opens it with an exclusive lock turned into a shared one.
 * Fails: DP_EXISTS (it is one already), DP_CONFLICT (something else is in it), DP_NOT_FOUND
 * (no parent), DP_FORBIDDEN, DP_TOO_LONG, DP_UNSUPPORTED (network file system), DP_BUSY,
 * DP_IO; each with a sentence. */
dp_err folder_create(const char *path, bool is_demo, struct dp_problem *problem,
                     struct folder *out);

/** Opens one that is there.
 * Fails: DP_NOT_FOUND (nothing there), DP_CONFLICT (not a data folder, or never finished),
 * DP_SCHEMA_OLDER, DP_SCHEMA_NEWER, DP_BUSY (locked by others), DP_FORBIDDEN, DP_TOO_LONG,
 * DP_IO; each with a sentence. */
dp_err folder_open(const char *path, enum folder_lock lock, struct dp_problem *problem,
                   struct folder *out);

/** Gives the lock back. A folder that failed to open or is closed already is fine. */
void folder_close(struct folder *folder);
#define FOLDER_AUTO __attribute__((cleanup(folder_close)))

/** Opens the stores with the right kind, schema version and mode. Fails: as store_open().
 * Owns: the caller; end with store_close(). */
dp_err folder_open_office(const struct folder *folder, struct dp_problem *problem,
                          struct store **out);
dp_err folder_open_results(const struct folder *folder, struct dp_problem *problem,
                           struct store **out);

/** When run by root: becomes the user and group that own the folder, for good, so that no
 * file of root's is left in it. Call before any thread starts. Nothing to do for others, or
 * when root owns it. Fails: DP_NOT_FOUND, DP_IO. */
dp_err folder_become_owner(const char *path, struct dp_problem *problem);
