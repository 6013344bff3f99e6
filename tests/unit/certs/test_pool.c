/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "certs/pool.h"

enum { BLOCKS = 400, LARGEST = 6000, ROUNDS = 20000 };

static size_t size_of_index(size_t i)
{
    return i * i * 7 % LARGEST;
}

/* A product that overflows must not become a small block. */
static void test_pool_take_overflow_gives_null(void **state)
{
    (void)state;
    assert_null(pool_take(SIZE_MAX / 2, 3));
    assert_null(pool_take(SIZE_MAX, 1));
}

/* Every size from 0 on is zeroed, aligned and wholly usable, also when the block was used before. */
static void test_pool_take_every_size_is_zeroed_and_aligned(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        for (size_t size = 0; size < LARGEST; size++) {
            unsigned char *block = pool_take(1, size);
            assert_non_null(block);
            assert_int_equal((uintptr_t)block % 16, 0);
            for (size_t i = 0; i < size; i++) {
                assert_int_equal(block[i], 0);
            }
            memset(block, 0xa5, size);
            pool_give(block);
        }
    }
    pool_give(NULL);
}

static void expect_filled(const unsigned char *block, size_t size, unsigned char mark)
{
    for (size_t i = 0; i < size; i++) {
        if (block[i] != mark) {
            fail_msg("a block of %zu bytes was overwritten", size);
        }
    }
}

/* Blocks in use never overlap: each keeps its own mark while others come and go. */
static void test_pool_blocks_in_use_never_overlap(void **state)
{
    unsigned char *blocks[BLOCKS] = { 0 };
    size_t sizes[BLOCKS] = { 0 };
    unsigned long long at = 1;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        at = at * 6364136223846793005ULL + 1442695040888963407ULL;
        size_t i = (size_t)(at >> 33) % BLOCKS;
        unsigned char mark = (unsigned char)(i & 0xff);
        expect_filled(blocks[i], sizes[i], mark);
        pool_give(blocks[i]);
        sizes[i] = size_of_index((size_t)(at >> 40));
        blocks[i] = pool_take(1, sizes[i]);
        assert_non_null(blocks[i]);
        memset(blocks[i], mark, sizes[i]);
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        pool_give(blocks[i]);
    }
}

struct hand_over {
    unsigned char *blocks[BLOCKS];
};

static void *take_all(void *context)
{
    struct hand_over *over = context;
    for (size_t i = 0; i < BLOCKS; i++) {
        over->blocks[i] = pool_take(1, size_of_index(i));
        if (over->blocks[i] != NULL) {
            memset(over->blocks[i], 1, size_of_index(i));
        }
    }
    return NULL;
}

static void *give_all(void *context)
{
    struct hand_over *over = context;
    for (size_t i = 0; i < BLOCKS; i++) {
        pool_give(over->blocks[i]);
    }
    return NULL;
}

/* What one thread takes another may give back, and a thread's end loses nothing (leak check). */
static void test_pool_give_from_another_thread_is_fine(void **state)
{
    struct hand_over over = { 0 };
    pthread_t thread;
    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, take_all, &over), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_non_null(over.blocks[BLOCKS - 1]);
    assert_int_equal(pthread_create(&thread, NULL, give_all, &over), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

int main(void)
{
    pool_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pool_take_overflow_gives_null),
        cmocka_unit_test(test_pool_take_every_size_is_zeroed_and_aligned),
        cmocka_unit_test(test_pool_blocks_in_use_never_overlap),
        cmocka_unit_test(test_pool_give_from_another_thread_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
