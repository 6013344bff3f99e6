/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * People and the tree of teams, as the roster file names them. A person sits in exactly one team;
 * a team has a parent unless it is the root, which stands for the whole organisation and has the
 * id TEAM_ROOT. Teams that disappear from the roster stay as records that nobody sits in.
 */

#include "app/core/err.h"
#include "app/survey/ids.h"

enum { TEAM_ROOT = 1, TEAM_DEPTH_MAX = 16, PEOPLE_MAX = 200000, TEAMS_MAX = 20000 };

struct team {
    struct team_id id;
    struct team_id parent; /* 0 for the root */
    char code[CODE_MAX];   /* what files call it; unique */
    char name[NAME_MAX_BYTES];
    bool is_gone;
};

struct person {
    struct person_id id;
    char external_id[CODE_MAX]; /* person_id of the roster file; unique */
    char email[EMAIL_MAX];      /* may be empty */
    struct team_id team;
    char manager_external_id[CODE_MAX]; /* may be empty */
    enum language language;
    struct date start_date;
    uint32_t link_generation; /* raised to make the old link worthless */
    bool is_gone;
};
