/* SPDX-License-Identifier: MIT */
#include "certs/info.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <mbedtls/oid.h>

#include "app/core/buf.h"
#include "app/core/file.h"
#include "app/core/secret.h"
#include "certs/fault.h"
#include "certs/pair_mbedtls.h"
#include "certs/setup.h"

enum { FILE_MAX_BYTES = 131072, DAY_S = 86400, SAN_TYPE_BITS = 0x1f };

static void add_san(struct names *names, const mbedtls_x509_buf *san)
{
    char text[INET6_ADDRSTRLEN] = "";
    struct str name = { (const char *)san->p, san->len };
    int type = san->tag & SAN_TYPE_BITS;
    if (type == MBEDTLS_X509_SAN_IP_ADDRESS && (san->len == 4 || san->len == 16)) {
        inet_ntop(san->len == 4 ? AF_INET : AF_INET6, san->p, text, sizeof text);
        name = str_of(text);
    } else if (type != MBEDTLS_X509_SAN_DNS_NAME) {
        return;
    }
    /* An admin's certificate may hold names that ours would not ("*.example.org"): show them. */
    if (!err_is_ok(names_add(names, name, NULL)) && names->count < NAMES_MAX &&
        str_copy(name, names->text[names->count], NAMES_TEXT_MAX)) {
        names->count++;
    }
}

static void write_fingerprint(const mbedtls_x509_buf *der, char out[INFO_FINGERPRINT_MAX])
{
    struct bytes part = bytes_of(der->p, der->len);
    struct secret_hash hash = secret_sha256(&part, 1);
    for (size_t i = 0; i < sizeof hash.bytes; i++) {
        (void)snprintf(out + i * 3, 4, "%02X%s", hash.bytes[i],
                       i + 1 < sizeof hash.bytes ? ":" : "");
    }
}

static void write_name(const mbedtls_x509_name *name, char out[INFO_NAME_MAX])
{
    if (mbedtls_x509_dn_gets(out, INFO_NAME_MAX, name) < 0) {
        (void)snprintf(out, INFO_NAME_MAX, "(too long to show)");
    }
}

static void fill(const mbedtls_x509_crt *one, const struct clock *clock, struct cert_info *out)
{
    memset(out, 0, sizeof *out);
    write_name(&one->subject, out->subject);
    write_name(&one->issuer, out->issuer);
    if (mbedtls_x509_crt_has_ext_type(one, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME)) {
        for (const mbedtls_x509_sequence *at = &one->subject_alt_names; at != NULL;
             at = at->next) {
            add_san(&out->names, &at->buf);
        }
    }
    out->not_before_s = pair_time_s(&one->valid_from);
    out->not_after_s = pair_time_s(&one->valid_to);
    int64_t left_s = out->not_after_s - clock_wall_s(clock);
    out->days_left = left_s >= 0 ? left_s / DAY_S : -((-left_s + DAY_S - 1) / DAY_S);
    out->is_ca = mbedtls_x509_crt_get_ca_istrue(one) == 1;
    write_fingerprint(&one->raw, out->fingerprint);
}

void info_of_pair(const struct cert_pair *pair, const struct clock *clock,
                  struct cert_info *out)
{
    fill(&pair->chain, clock, out);
}

dp_err info_of_file(const char *path, const struct clock *clock, struct cert_info *out,
                    struct dp_problem *problem)
{
    setup_crypto();
    BUF_AUTO struct buf text = buf_new(FILE_MAX_BYTES);
    dp_err got = file_read(path, &text, problem);
    if (!err_is_ok(got)) {
        return err_make(got.code == DP_FULL ? DP_TOO_LONG : got.code);
    }
    buf_add_char(&text, '\0');
    DP_TRY(buf_finish(&text));
    mbedtls_x509_crt chain;
    mbedtls_x509_crt_init(&chain);
    struct bytes pem = buf_bytes(&text);
    int result = mbedtls_x509_crt_parse(&chain, pem.ptr, pem.len);
    if (result == 0) {
        fill(&chain, clock, out);
    }
    mbedtls_x509_crt_free(&chain);
    if (result > 0) {
        return problem_set(problem, 0, 0, "%d certificates in %s can't be read", result, path);
    }
    if (result < 0) {
        err_ignore(fault_of(result, path, problem));
        return err_make(DP_INVALID);
    }
    return DP_SUCCESS;
}
