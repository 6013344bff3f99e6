/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A roster file in memory: its rows and the tree of teams that they name, checked in themselves but
 * not yet compared with what is stored. Internal to this folder.
 */

#include "app/core/arena.h"
#include "app/service/import/cell.h"
#include "app/service/import/name_index.h"
#include "app/service/roster/roster.h"

enum roster_column {
    ROSTER_PERSON,
    ROSTER_EMAIL,
    ROSTER_TEAM,
    ROSTER_MANAGER,
    ROSTER_LANGUAGE,
    ROSTER_START,
    ROSTER_COLUMN_COUNT
};

/** No row, no team. */
#define ROSTER_NONE UINT32_MAX

/** What shows only when all rows are known. */
enum roster_flaw { FLAW_NONE, FLAW_MANAGER_UNKNOWN, FLAW_MANAGER_SELF, FLAW_MANAGER_CIRCLE };

struct roster_row {
    struct str person;
    struct str email;
    struct str manager;
    uint32_t team;        /* index into teams; ROSTER_NONE if the cell is bad */
    uint32_t manager_row; /* ROSTER_NONE without one */
    struct date start;    /* days 0 when not given */
    uint32_t line;
    enum language language;
    bool has_language;
    enum roster_flaw flaw;
};

struct roster_team {
    struct str path; /* in the arena */
    struct str name; /* the last part of the path */
    uint32_t parent; /* index, ROSTER_NONE directly below the root */
    uint32_t line;   /* where it is first named */
};

struct roster_file {
    struct roster_row *rows; /* owned */
    size_t rows_count;
    size_t rows_capacity;
    struct roster_team *teams; /* owned */
    size_t teams_count;
    size_t teams_capacity;
    struct name_index people;      /* person_id -> row */
    struct name_index team_index;  /* path -> team */
    struct name_index team_folded; /* path in small letters -> team */
    struct arena arena;
    bool has_paths;
    bool has_column[ROSTER_COLUMN_COUNT];
};

/** Reads a file; all that is wrong goes into the report.
 * Owns: roster_file_free() afterwards, also on failure. Fails: as roster_import(). */
dp_err roster_file_read(struct roster_file *roster, const struct import_file *file,
                        struct roster_report *report, struct dp_problem *problem);
void roster_file_free(struct roster_file *roster);
#define ROSTER_FILE_AUTO __attribute__((cleanup(roster_file_free)))

/* ---- roster_tree.c: the teams of the file ---- */

/** The team that a cell names, added with all above it when it is new. False after a bad cell. */
dp_err roster_tree_add(struct roster_file *roster, struct cells *cells, size_t position,
                       uint32_t *team);

/** Hangs every team where its members' managers sit; only for a file without paths.
 * Fails: DP_NO_MEMORY. */
dp_err roster_tree_derive(struct roster_file *roster, const struct import_file *file,
                          struct roster_report *report);
