/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The allocator that the crypto library gets. A TLS handshake makes and drops some thousands of
 * small zeroed blocks (big numbers, hash states); asking the C library for each costs a good part
 * of the handshake. Here every thread keeps the blocks that it gave back, sorted by size, and takes
 * the next one from there without a lock. A block may be given back by another thread than the one
 * that took it: it then belongs to that one's store. Stores are small and are freed when their
 * thread ends.
 *
 * Blocks are zeroed when they are taken; the library wipes its secrets before it gives a block back.
 * Builds with the address sanitizer don't use it, so that the sanitizer sees each block.
 */

#include <stddef.h>

/** Hands the allocator to the library; before the library's first use, once. */
void pool_install(void);

/** `count` zeroed elements of `size` bytes, or NULL. */
void *pool_take(size_t count, size_t size);

/** Gives a block of pool_take() back; NULL is fine. */
void pool_give(void *given);
