/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Which key and chain the listener serves. With cert_file and key_file set, the admin's own, which
 * are only ever read. Otherwise a leaf of the local CA in the data folder's certs/, with the names of
 * the settings in it: public_name and the host of base_url, or, when public_name is not set, all that
 * this machine is called. The leaf is made at the first start and anew in time (certs/leaf.h).
 */

#include "app/config/config.h"
#include "app/core/file.h"
#include "certs/info.h"
#include "certs/names.h"

struct certificate {
    char key_path[FILE_PATH_MAX];
    char chain_path[FILE_PATH_MAX];
    char ca_path[FILE_PATH_MAX]; /* of the local CA; "" with the admin's own files */
    bool is_local;               /* from the local CA */
};

/** Where key and chain are, or will be. Takes: `folder`, the data folder's certs/.
 * Fails: DP_TOO_LONG. */
dp_err certificate_find(const struct config *config, const char *folder,
                        struct certificate *out);

/** The names that a local leaf is for. Fails: DP_INVALID, DP_FULL, with a sentence. */
dp_err certificate_names(const struct config *config, struct names *names,
                         struct dp_problem *problem);

/** Sees to it that a local authority and leaf are there and good for a while; the admin's own files
 * are left alone. `*is_new` says whether a leaf was made. Fails: as leaf_ensure(). */
dp_err certificate_ensure(const struct config *config, const char *folder,
                          const struct clock *clock, bool *is_new, struct dp_problem *problem);

/** Makes a new leaf in any case. Fails: DP_CONFLICT (the files are the admin's own), as
 * leaf_renew(). */
dp_err certificate_renew(const struct config *config, const char *folder,
                         const struct clock *clock, struct dp_problem *problem);

/** What is known about the served certificate. Fails: as info_of_file(). */
dp_err certificate_info(const struct config *config, const char *folder,
                        const struct clock *clock, struct cert_info *out,
                        struct dp_problem *problem);
