/* SPDX-License-Identifier: MIT */
#pragma once

/* datapackage.json and SHA256SUMS of a snapshot. Private to this folder. */

#include "app/service/export/files.h"

/** What became of one file. */
struct manifest_entry {
    const struct files_file *file;
    uint64_t rows;
    struct sink_written written;
};

/** The Frictionless Data Package descriptor. Fails: buf_finish()'s codes. */
dp_err manifest_package(const struct appliance *appliance, const struct manifest_entry *entries,
                        size_t count, struct buf *out);

/** A line "HASH  NAME" in the form of sha256sum. */
void manifest_sum(struct buf *out, const struct secret_hash *hash, const char *name);
