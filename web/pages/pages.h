/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The one table of addresses: method, path, page, who may, CSRF policy, fields, help. A page is added
 * as web/README.md says; nothing that is not in this table is ever answered.
 */

#include "web/routes.h"

/** The rows; they live as long as the program. */
const struct route *pages_rows(size_t *row_count);

page_function page_healthz;
page_function page_asset;
page_function page_answer;
page_function page_answer_send;
page_function page_answer_thanks;
page_function page_login;
page_function page_login_send;
page_function page_logout_send;
page_function page_setup;
page_function page_setup_send;
page_function page_overview;
page_function page_trend;
page_function page_alerts;
page_function page_alerts_send;
page_function page_link;
page_function page_link_question_send;
page_function page_themes;
page_function page_theme;
page_function page_theme_links;
page_function page_corrections;
page_function page_correction_new;
page_function page_correction_send;
page_function page_correction;
page_function page_correction_withdraw;

/** The error page of the whole house (struct routes, error_page). */
page_function page_error;
