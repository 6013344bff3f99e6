/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The table of settings as people read it, and the values in force. All of it comes from the rows in
 * options.c, so that nothing can be forgotten in one place.
 */

#include "app/config/config.h"

/** The part of --help that lists the settings' flags. */
void config_print_help(struct buf *out);

/** A table for the manual. */
void config_print_markdown(struct buf *out);

/** A file with every setting, all commented out; it is valid as it stands. */
void config_print_example(struct buf *out);

/** One line a setting, `name = value`, valid as a file; with `# from PLACE` behind it if wanted. */
void config_print_values(const struct config *config, bool has_origin, struct buf *out);

/** The values as members `name: {"value", "origin", "place"}` of one JSON object. */
void config_print_json(const struct config *config, struct json_writer *json);
