/* SPDX-License-Identifier: MIT */
#include "certs/issue.h"

#include <stdio.h>
#include <string.h>

#include <mbedtls/ecp.h>
#include <mbedtls/oid.h>

#include "app/core/date.h"
#include "app/core/random.h"
#include "app/core/secret.h"
#include "certs/fault.h"
#include "certs/rng.h"

enum {
    DAY_S = 86400,
    SERIAL_BYTES = 16,
    KEY_ID_BYTES = 20,
    TIME_TEXT_MAX = 32,
    KEY_DER_MAX = 256
};

dp_err issue_key(mbedtls_pk_context *key, struct dp_problem *problem)
{
    DP_TRY(fault_of(mbedtls_pk_setup(key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)),
                    "could not make a key", problem));
    return fault_of(
        mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*key), rng_fill, NULL),
        "could not make a key", problem);
}

dp_err issue_key_pem(const mbedtls_pk_context *key, struct buf *pem, struct dp_problem *problem)
{
    unsigned char text[ISSUE_KEY_PEM_MAX];
    dp_err done = fault_of(mbedtls_pk_write_key_pem(key, text, sizeof text),
                           "could not write a key", problem);
    if (err_is_ok(done)) {
        buf_add_bytes(pem, text, strlen((const char *)text));
        done = buf_finish(pem);
    }
    secret_wipe(text, sizeof text);
    return done;
}

/* "20260309120000" in UTC, as the certificate writer takes it. */
static void time_text(int64_t wall_s, char out[TIME_TEXT_MAX])
{
    int64_t days = wall_s / DAY_S;
    int64_t second = wall_s % DAY_S;
    if (days < 0 || days > DATE_MAX_DAYS) {
        days = days < 0 ? 0 : DATE_MAX_DAYS;
        second = 0;
    }
    struct date_parts parts = date_parts_of(date_make((int32_t)days));
    (void)snprintf(out, TIME_TEXT_MAX, "%04d%02d%02d%02d%02d%02d", parts.year, parts.month,
                   parts.day, (int)(second / 3600), (int)(second / 60 % 60),
                   (int)(second % 60));
}

static int key_id(const mbedtls_pk_context *key, uint8_t out[KEY_ID_BYTES])
{
    unsigned char der[KEY_DER_MAX];
    int len = mbedtls_pk_write_pubkey_der(key, der, sizeof der);
    if (len < 0) {
        return len;
    }
    struct bytes part = bytes_of(der + sizeof der - (size_t)len, (size_t)len);
    struct secret_hash hash = secret_sha256(&part, 1);
    memcpy(out, hash.bytes, KEY_ID_BYTES);
    return 0;
}

static int add_key_ids(mbedtls_x509write_cert *writer, const struct issue_order *order)
{
    uint8_t subject[2 + KEY_ID_BYTES] = { MBEDTLS_ASN1_OCTET_STRING, KEY_ID_BYTES };
    uint8_t issuer[4 + KEY_ID_BYTES] = { MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE,
                                         2 + KEY_ID_BYTES, MBEDTLS_ASN1_CONTEXT_SPECIFIC,
                                         KEY_ID_BYTES };
    int result = key_id(order->key, subject + 2);
    if (result == 0) {
        result = key_id(order->signer, issuer + 4);
    }
    if (result == 0) {
        result = mbedtls_x509write_crt_set_extension(
            writer, MBEDTLS_OID_SUBJECT_KEY_IDENTIFIER,
            MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_KEY_IDENTIFIER), 0, subject, sizeof subject);
    }
    if (result == 0) {
        result = mbedtls_x509write_crt_set_extension(
            writer, MBEDTLS_OID_AUTHORITY_KEY_IDENTIFIER,
            MBEDTLS_OID_SIZE(MBEDTLS_OID_AUTHORITY_KEY_IDENTIFIER), 0, issuer, sizeof issuer);
    }
    return result;
}

/* The list that the library wants, pointing into `names` and `addresses`. */
static void link_names(const struct names *names, mbedtls_x509_san_list *list,
                       uint8_t (*addresses)[NAMES_IP_MAX])
{
    for (size_t i = 0; i < names->count; i++) {
        size_t address_bytes = names_ip(names->text[i], addresses[i]);
        mbedtls_x509_subject_alternative_name *node = &list[i].node;
        memset(&list[i], 0, sizeof list[i]);
        node->type = address_bytes > 0 ? MBEDTLS_X509_SAN_IP_ADDRESS
                                       : MBEDTLS_X509_SAN_DNS_NAME;
        if (address_bytes > 0) {
            node->san.unstructured_name.p = addresses[i];
            node->san.unstructured_name.len = address_bytes;
        } else {
            /* The library only reads it; its type lacks the const. */
            memcpy(&node->san.unstructured_name.p, &(const char *){ names->text[i] },
                   sizeof(char *));
            node->san.unstructured_name.len = strlen(names->text[i]);
        }
        list[i].next = i + 1 < names->count ? &list[i + 1] : NULL;
    }
}

static int add_leaf_uses(mbedtls_x509write_cert *writer, const struct names *names)
{
    mbedtls_x509_san_list list[NAMES_MAX];
    uint8_t addresses[NAMES_MAX][NAMES_IP_MAX];
    mbedtls_asn1_sequence use = { 0 };
    char oid[] = MBEDTLS_OID_SERVER_AUTH;
    use.buf.tag = MBEDTLS_ASN1_OID;
    use.buf.p = (unsigned char *)oid;
    use.buf.len = sizeof oid - 1;
    link_names(names, list, addresses);
    int result = mbedtls_x509write_crt_set_basic_constraints(writer, 0, -1);
    if (result == 0) {
        result = mbedtls_x509write_crt_set_key_usage(writer, MBEDTLS_X509_KU_DIGITAL_SIGNATURE);
    }
    if (result == 0) {
        result = mbedtls_x509write_crt_set_ext_key_usage(writer, &use);
    }
    if (result == 0) {
        result = mbedtls_x509write_crt_set_subject_alternative_name(writer, list);
    }
    return result;
}

static int add_ca_uses(mbedtls_x509write_cert *writer)
{
    int result = mbedtls_x509write_crt_set_basic_constraints(writer, 1, 0);
    if (result == 0) {
        result = mbedtls_x509write_crt_set_key_usage(writer, MBEDTLS_X509_KU_KEY_CERT_SIGN |
                                                                 MBEDTLS_X509_KU_CRL_SIGN);
    }
    return result;
}

static int fill(mbedtls_x509write_cert *writer, const struct issue_order *order)
{
    unsigned char serial[SERIAL_BYTES];
    char from[TIME_TEXT_MAX];
    char until[TIME_TEXT_MAX];
    random_secret(serial, sizeof serial);
    serial[0] = (unsigned char)((serial[0] & 0x7f) | 0x40); /* positive, and no leading zero */
    time_text(order->not_before_s, from);
    time_text(order->not_after_s, until);
    mbedtls_x509write_crt_set_version(writer, MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(writer, MBEDTLS_MD_SHA256);
    mbedtls_x509write_crt_set_subject_key(writer, order->key);
    mbedtls_x509write_crt_set_issuer_key(writer, order->signer);
    int result = mbedtls_x509write_crt_set_serial_raw(writer, serial, sizeof serial);
    if (result == 0) {
        result = mbedtls_x509write_crt_set_validity(writer, from, until);
    }
    if (result == 0) {
        result = mbedtls_x509write_crt_set_subject_name(writer, order->subject);
    }
    if (result == 0) {
        result = mbedtls_x509write_crt_set_issuer_name(writer, order->issuer);
    }
    if (result == 0) {
        result = order->names == NULL ? add_ca_uses(writer)
                                      : add_leaf_uses(writer, order->names);
    }
    return result == 0 ? add_key_ids(writer, order) : result;
}

dp_err issue_certificate(const struct issue_order *order, struct buf *pem,
                         struct dp_problem *problem)
{
    unsigned char text[ISSUE_PEM_MAX];
    mbedtls_x509write_cert writer;
    mbedtls_x509write_crt_init(&writer);
    int result = fill(&writer, order);
    if (result == 0) {
        result = mbedtls_x509write_crt_pem(&writer, text, sizeof text, rng_fill, NULL);
    }
    mbedtls_x509write_crt_free(&writer);
    DP_TRY(fault_of(result, "could not make a certificate", problem));
    buf_add_bytes(pem, text, strlen((const char *)text));
    return buf_finish(pem);
}
