/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Makes the crypto library ready: gives it its allocator (pool.h) and starts its key store. Every
 * function of certs/ and web/front that needs it calls it, so that a program may leave it out.
 *
 * No fork afterwards without exec: the library's state would be in two processes.
 */

/** Safe to call again and from any thread. Stops the program when the library can't start. */
void setup_crypto(void);
