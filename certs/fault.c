/* SPDX-License-Identifier: MIT */
#include "certs/fault.h"

#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/error.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>

static bool is_no_memory(int result)
{
    return result == MBEDTLS_ERR_SSL_ALLOC_FAILED || result == MBEDTLS_ERR_MPI_ALLOC_FAILED ||
           result == MBEDTLS_ERR_X509_ALLOC_FAILED || result == MBEDTLS_ERR_PEM_ALLOC_FAILED ||
           result == MBEDTLS_ERR_PK_ALLOC_FAILED || result == MBEDTLS_ERR_ASN1_ALLOC_FAILED;
}

dp_err fault_of(int result, const char *what, struct dp_problem *problem)
{
    if (result >= 0) {
        return DP_SUCCESS;
    }
    char words[160];
    mbedtls_strerror(result, words, sizeof words);
    err_ignore(problem_set(problem, 0, 0, "%s: %s", what, words));
    return err_make(is_no_memory(result) ? DP_NO_MEMORY : DP_CRYPTO);
}
