/* SPDX-License-Identifier: MIT */
#pragma once

/* What the rows of the command table run; each is in the cmd_*.c that is named after its noun. Each
 * gives the exit code. */

#include "app/cli/command.h"

/* cmd_setup.c */
int cmd_init(const struct command_call *call);
int cmd_user_add(const struct command_call *call);
int cmd_user_passwd(const struct command_call *call);

/* cmd_demo.c */
int cmd_demo(const struct command_call *call);

/* cmd_parts.c */
int cmd_up(const struct command_call *call);
int cmd_web(const struct command_call *call);
int cmd_flush(const struct command_call *call);
int cmd_export(const struct command_call *call);

/* cmd_export.c */
int cmd_export_run(const struct command_call *call);
int cmd_export_schedule(const struct command_call *call);
int cmd_export_status(const struct command_call *call);

/* cmd_roster.c */
int cmd_roster_import(const struct command_call *call);
int cmd_roster_links(const struct command_call *call);

/* cmd_questions.c */
int cmd_questions_import(const struct command_call *call);
int cmd_questions_export(const struct command_call *call);

/* cmd_outcomes.c */
int cmd_outcomes_import(const struct command_call *call);
int cmd_outcomes_list(const struct command_call *call);
int cmd_outcomes_undo(const struct command_call *call);

/* cmd_epoch.c */
int cmd_epoch_close(const struct command_call *call);
int cmd_epoch_status(const struct command_call *call);

/* cmd_trend.c and cmd_link.c */
int cmd_trend_show(const struct command_call *call);
int cmd_link_show(const struct command_call *call);
int cmd_link_register(const struct command_call *call);

/* cmd_theme.c */
int cmd_theme_show(const struct command_call *call);
int cmd_theme_links(const struct command_call *call);

/* cmd_alert.c */
int cmd_alert_list(const struct command_call *call);
int cmd_alert_acknowledge(const struct command_call *call);

/* cmd_correction.c */
int cmd_correction_add(const struct command_call *call);
int cmd_correction_list(const struct command_call *call);
int cmd_correction_effect(const struct command_call *call);
int cmd_correction_withdraw(const struct command_call *call);

/* cmd_cert.c */
int cmd_cert_show(const struct command_call *call);
int cmd_cert_renew(const struct command_call *call);

/* cmd_check.c */
int cmd_audit_verify(const struct command_call *call);
int cmd_doctor(const struct command_call *call);
int cmd_health(const struct command_call *call);

/* cmd_config.c */
int cmd_config_show(const struct command_call *call);
int cmd_config_check(const struct command_call *call);
int cmd_config_example(const struct command_call *call);

/* cmd_stats.c */
int cmd_stats_run(const struct command_call *call);
int cmd_stats_scan(const struct command_call *call);

/* cmd_help.c */
int cmd_help(const struct command_call *call);
int cmd_version(const struct command_call *call);
int cmd_completion(const struct command_call *call);
