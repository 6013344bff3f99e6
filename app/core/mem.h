/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The only door to the heap outside this room. Sizes are multiplied with overflow checks; memory
 * comes zeroed, so that a forgotten field is 0 and not somebody's old data.
 */

#include <stddef.h>

/** `count` zeroed elements of `size` bytes. Gives NULL when there is no memory or on overflow.
 * Owns: the caller; give back with mem_free(). */
void *mem_new(size_t count, size_t size);

/** Grows or shrinks; the new part is not zeroed. On failure gives NULL and leaves `old` alone. */
void *mem_resize(void *old, size_t count, size_t size);

/** Gives memory back; NULL is fine. */
void mem_free(void *ptr);

/** A heap copy of `len` bytes with a closing NUL behind them, or NULL. */
char *mem_copy_text(const char *ptr, size_t len);

/** For the cleanup attribute: frees what a pointer variable points at. */
void mem_free_at(void *pointer_to_pointer);

/** Frees the variable's memory when it goes out of scope. */
#define MEM_AUTO __attribute__((cleanup(mem_free_at)))
