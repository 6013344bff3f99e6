/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/exchange.h"
#include "app/cli/say.h"
#include "app/service/certificate/certificate.h"
#include "storage/folder.h"

enum { SOON_DAYS = 14 };

/* What there is to show. */
struct shown {
    struct certificate files;
    struct cert_info leaf;
    struct cert_info ca; /* of a local authority */
};

static dp_err look(const struct command_call *call, struct shown *shown,
                   struct dp_problem *problem)
{
    FOLDER_AUTO struct folder folder = { .lock_fd = -1 };
    DP_TRY(folder_open(call->dir, FOLDER_LOCK_SHARED, problem, &folder));
    DP_TRY(certificate_find(call->config, folder.certs, &shown->files));
    if (shown->files.is_local && !file_exists(shown->files.chain_path)) {
        err_ignore(problem_set(problem, 0, 0,
                               "there is no certificate yet; it is made at the "
                               "first start of daypulse up"));
        return err_make(DP_NOT_FOUND);
    }
    DP_TRY(certificate_info(call->config, folder.certs, &call->clock, &shown->leaf, problem));
    if (!shown->files.is_local) {
        return DP_SUCCESS;
    }
    return info_of_file(shown->files.ca_path, &call->clock, &shown->ca, problem);
}

static void json_info(struct json_writer *json, const char *key, const struct cert_info *info,
                      const char *path)
{
    json_key(json, key);
    json_open_object(json);
    json_put_text(json, "file", path);
    json_put_text(json, "subject", info->subject);
    json_put_text(json, "issuer", info->issuer);
    json_key(json, "names");
    json_open_list(json);
    for (size_t i = 0; i < info->names.count; i++) {
        json_text(json, info->names.text[i]);
    }
    json_close_list(json);
    exchange_json_moment(json, "not_before", info->not_before_s);
    exchange_json_moment(json, "not_after", info->not_after_s);
    json_key(json, "days_left");
    json_int(json, info->days_left);
    json_put_text(json, "sha256", info->fingerprint);
    json_close_object(json);
}

static int print_json(const struct command_call *call, const struct shown *shown)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_put_bool(&json, "local", shown->files.is_local);
    json_info(&json, "certificate", &shown->leaf, shown->files.chain_path);
    if (shown->files.is_local) {
        json_info(&json, "authority", &shown->ca, shown->files.ca_path);
    }
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

static void print_info(const struct command_call *call, const char *title,
                       const struct cert_info *info, const char *path)
{
    char until[EXCHANGE_MOMENT_MAX];
    exchange_moment(info->not_after_s, until);
    say(call->out, "%s\n  file         %s\n  subject      %s\n  issuer       %s\n", title, path,
        info->subject, info->issuer);
    if (info->names.count > 0) {
        say(call->out, "  names       ");
        for (size_t i = 0; i < info->names.count; i++) {
            say(call->out, " %s", info->names.text[i]);
        }
        say(call->out, "\n");
    }
    say(call->out, "  valid until  %s (%lld days left)\n  sha256       %s\n", until,
        (long long)info->days_left, info->fingerprint);
}

int cmd_cert_show(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    struct shown shown = { 0 };
    dp_err looked = look(call, &shown, &problem);
    if (!err_is_ok(looked)) {
        return command_fail(call, looked, &problem);
    }
    if (call->is_json) {
        int code = print_json(call, &shown);
        return code == EXIT_OK && shown.leaf.days_left < SOON_DAYS ? EXIT_FINDINGS : code;
    }
    print_info(call, "The certificate that is served", &shown.leaf, shown.files.chain_path);
    if (shown.files.is_local) {
        print_info(call, "The authority that phones must trust", &shown.ca,
                   shown.files.ca_path);
    }
    if (shown.leaf.days_left >= SOON_DAYS) {
        return EXIT_OK;
    }
    say(call->talk, "daypulse: the certificate ends soon; %s\n",
        shown.files.is_local ? "is daypulse up running? daypulse cert renew makes a new one"
                             : "renew it where it came from");
    return EXIT_FINDINGS;
}

static dp_err renew(const struct command_call *call, struct dp_problem *problem)
{
    FOLDER_AUTO struct folder folder = { .lock_fd = -1 };
    DP_TRY(folder_open(call->dir, FOLDER_LOCK_SHARED, problem, &folder));
    return certificate_renew(call->config, folder.certs, &call->clock, problem);
}

int cmd_cert_renew(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    dp_err renewed = renew(call, &problem);
    if (!err_is_ok(renewed)) {
        return command_fail(call, renewed, &problem);
    }
    say(call->talk, "A new certificate is there; a running daypulse up serves it within a "
                    "minute.\n");
    return EXIT_OK;
}
