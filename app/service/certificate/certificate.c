/* SPDX-License-Identifier: MIT */
#include "app/service/certificate/certificate.h"

#include "certs/leaf.h"

dp_err certificate_find(const struct config *config, const char *folder,
                        struct certificate *out)
{
    const char *chain = config_text(config, CONFIG_CERT_FILE);
    *out = (struct certificate){ .is_local = chain[0] == '\0' };
    if (!out->is_local) {
        bool fits = str_copy(str_of(chain), out->chain_path, sizeof out->chain_path) &&
                    str_copy(str_of(config_text(config, CONFIG_KEY_FILE)), out->key_path,
                             sizeof out->key_path);
        return err_make(fits ? DP_OK : DP_TOO_LONG);
    }
    DP_TRY(file_join(out->key_path, sizeof out->key_path, folder, "leaf.key"));
    DP_TRY(file_join(out->chain_path, sizeof out->chain_path, folder, "leaf.pem"));
    return file_join(out->ca_path, sizeof out->ca_path, folder, "ca.pem");
}

/* "https://[::1]:8443" gives "::1". */
static struct str host_of(struct str url)
{
    struct str host = str_slice(url, sizeof "https://" - 1, url.len);
    if (host.len > 0 && host.ptr[0] == '[') {
        return str_slice(host, 1, str_find_char(host, ']') - 1);
    }
    return str_slice(host, 0, str_find_char(host, ':'));
}

dp_err certificate_names(const struct config *config, struct names *names,
                         struct dp_problem *problem)
{
    struct str rest = { NULL, 0 };
    struct str item;
    struct str url = str_of(config_text(config, CONFIG_BASE_URL));
    *names = (struct names){ 0 };
    while (config_list_next(config, CONFIG_PUBLIC_NAME, &rest, &item)) {
        DP_TRY(names_add(names, item, problem));
    }
    if (url.len > 0) {
        DP_TRY(names_add(names, host_of(url), problem));
    }
    if (config->values[CONFIG_PUBLIC_NAME].origin == CONFIG_FROM_DEFAULT) {
        names_add_machine(names);
    }
    return DP_SUCCESS;
}

dp_err certificate_ensure(const struct config *config, const char *folder,
                          const struct clock *clock, bool *is_new, struct dp_problem *problem)
{
    struct certificate certificate;
    struct names names;
    *is_new = false;
    DP_TRY(certificate_find(config, folder, &certificate));
    if (!certificate.is_local) {
        return DP_SUCCESS;
    }
    DP_TRY(certificate_names(config, &names, problem));
    return leaf_ensure(folder, &names, clock, is_new, problem);
}

dp_err certificate_renew(const struct config *config, const char *folder,
                         const struct clock *clock, struct dp_problem *problem)
{
    struct certificate certificate;
    struct names names;
    DP_TRY(certificate_find(config, folder, &certificate));
    if (!certificate.is_local) {
        err_ignore(
            problem_set(problem, 0, 0,
                        "%s is your own certificate: renew it where it came from, then send "
                        "SIGHUP to daypulse",
                        certificate.chain_path));
        return err_make(DP_CONFLICT);
    }
    DP_TRY(certificate_names(config, &names, problem));
    return leaf_renew(folder, &names, clock, problem);
}

dp_err certificate_info(const struct config *config, const char *folder,
                        const struct clock *clock, struct cert_info *out,
                        struct dp_problem *problem)
{
    struct certificate certificate;
    DP_TRY(certificate_find(config, folder, &certificate));
    return info_of_file(certificate.chain_path, clock, out, problem);
}
