/* SPDX-License-Identifier: MIT */
/*
 * Part of the mbedTLS library as we build it. Its TLS 1.3 code gets the ephemeral X25519 key through
 * PSA, and PSA makes the public half with the generic multiplication, although the library carries
 * the formally verified Everest code, six times as fast, and uses it for the shared secret. The
 * build lets psa_crypto_ecp.c alone call this function where it says mbedtls_ecp_mul: the base point
 * of X25519 goes to Everest, all else to the library.
 */
#include <string.h>

#include <mbedtls/ecp.h>
#include <mbedtls/platform_util.h>

#include <Hacl_Curve25519.h>

enum { X25519_BYTES = 32 };

int curve_ecp_mul(mbedtls_ecp_group *group, mbedtls_ecp_point *result,
                  const mbedtls_mpi *scalar, const mbedtls_ecp_point *point,
                  int (*f_rng)(void *context, unsigned char *out, size_t len), void *p_rng);

static int multiply_base(mbedtls_ecp_group *group, mbedtls_ecp_point *result,
                         const mbedtls_mpi *scalar)
{
    uint8_t base[X25519_BYTES] = { 9 };
    uint8_t secret[X25519_BYTES];
    uint8_t made[X25519_BYTES];
    int error = mbedtls_mpi_write_binary_le(scalar, secret, sizeof secret);
    if (error == 0) {
        Hacl_Curve25519_crypto_scalarmult(made, secret, base);
        error = mbedtls_ecp_point_read_binary(group, result, made, sizeof made);
    }
    mbedtls_platform_zeroize(secret, sizeof secret);
    return error;
}

/* NOLINTNEXTLINE(readability-function-size): the library's signature */
int curve_ecp_mul(mbedtls_ecp_group *group, mbedtls_ecp_point *result,
                  const mbedtls_mpi *scalar, const mbedtls_ecp_point *point,
                  int (*f_rng)(void *context, unsigned char *out, size_t len), void *p_rng)
{
    if (group->id == MBEDTLS_ECP_DP_CURVE25519 && point == &group->G) {
        return multiply_base(group, result, scalar);
    }
    return mbedtls_ecp_mul(group, result, scalar, point, f_rng, p_rng);
}
