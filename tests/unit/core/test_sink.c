/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/core/mem.h"
#include "app/core/sink.h"
#include "tests/support/support.h"

/* A drain that keeps what it gets and fails on demand. */
struct taker {
    struct buf taken;
    size_t calls;
    size_t fail_at_call; /* from 1; 0 for never */
};

static dp_err take(void *context, struct bytes data)
{
    struct taker *taker = context;
    assert_true(data.len > 0);
    taker->calls++;
    if (taker->calls == taker->fail_at_call) {
        return err_make(DP_FULL);
    }
    buf_add_bytes(&taker->taken, data.ptr, data.len);
    return DP_SUCCESS;
}

/* The first failure stays: nothing is drained after it, and every end tells it. */
static void test_sink_flush_failure_sticks(void **state)
{
    (void)state;
    static struct sink sink;
    static char large[SINK_BUFFER_BYTES + 1];
    struct taker taker = { .taken = buf_new(200000), .fail_at_call = 1 };
    sink_start(&sink, take, &taker);
    sink_add(&sink, STR("abc"));
    assert_err(sink_flush(&sink), DP_FULL);
    sink_add(&sink, STR("def"));
    sink_add(&sink, (struct str){ large, sizeof large });
    for (size_t i = 0; i < (size_t)2 * SINK_BUFFER_BYTES; i++) {
        sink_add_char(&sink, 'x');
    }
    assert_non_null(sink_reserve(&sink, SINK_BUFFER_BYTES));
    assert_err(sink_flush(&sink), DP_FULL);
    assert_int_equal(taker.calls, 1);
    assert_int_equal(taker.taken.len, 0);
    buf_free(&taker.taken);
}

/* A sink into a buffer tells when the buffer is full. */
static void test_sink_start_buf_full_buffer_fails(void **state)
{
    (void)state;
    static struct sink sink;
    struct buf out BUF_AUTO = buf_new(3);
    sink_start_buf(&sink, &out);
    assert_ok(sink_flush(&sink));
    sink_add(&sink, STR("abcd"));
    assert_err(sink_flush(&sink), DP_FULL);
}

/* Random pieces of every size, by every way of writing, come out in their order. */
static void test_sink_random_pieces_come_out_in_order(void **state)
{
    (void)state;
    enum { SOURCE = 80000, ROUNDS = 300 };
    static struct sink sink;
    static char source[SOURCE];
    struct buf wanted BUF_AUTO = buf_new((size_t)SOURCE * ROUNDS);
    struct taker taker = { .taken = buf_new((size_t)SOURCE * ROUNDS) };
    uint64_t seed = 41;
    for (size_t i = 0; i < SOURCE; i++) {
        source[i] = (char)support_random(&seed);
    }
    sink_start(&sink, take, &taker);
    for (int i = 0; i < ROUNDS; i++) {
        size_t most = i % 20 == 0 ? SOURCE : i % 3 == 0 ? SINK_BUFFER_BYTES : 100;
        size_t len = support_random(&seed) % (most + 1);
        struct str piece = { source, len };
        buf_add(&wanted, piece);
        if (len <= SINK_BUFFER_BYTES && i % 2 == 0) {
            memcpy(sink_reserve(&sink, len), source, len);
            sink_grow_by(&sink, len);
        } else {
            sink_add(&sink, piece);
        }
        sink_add_char(&sink, 'x');
        buf_add_char(&wanted, 'x');
    }
    assert_ok(sink_flush(&sink));
    assert_true(str_equal(buf_str(&taker.taken), buf_str(&wanted)));
    buf_free(&taker.taken);
}

static struct sink_file *new_file(void)
{
    struct sink_file *file = mem_new(1, sizeof *file);
    assert_non_null(file);
    return file;
}

/* A file that is there already is never overwritten, and a folder must exist. */
static void test_sink_file_open_taken_name_is_refused(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "a.csv");
    MEM_AUTO struct sink_file *file = new_file();
    struct dp_problem problem = { 0 };
    support_write_file(path, "keep", 4);
    assert_err(sink_file_open(file, path, 0600, &problem), DP_EXISTS);
    assert_non_null(strstr(problem.sentence, "could not create"));
    sink_file_abandon(file);
    assert_string_equal(support_read_file(path, NULL), "keep");
    assert_err(sink_file_open(file, support_path(dir, "no/a"), 0600, &problem), DP_NOT_FOUND);
    char endless[FILE_PATH_MAX + 1];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_err(sink_file_open(file, endless, 0600, &problem), DP_TOO_LONG);
    support_remove_tree(dir);
}

/* Writes more than the process may; run in a child. */
static int write_too_much(const char *path)
{
    struct rlimit limit = { 1000, 1000 };
    struct sink_file *file = mem_new(1, sizeof *file);
    struct dp_problem problem = { 0 };
    if (file == NULL || setrlimit(RLIMIT_FSIZE, &limit) != 0 ||
        signal(SIGXFSZ, SIG_IGN) == SIG_ERR ||
        !err_is_ok(sink_file_open(file, path, 0600, &problem))) {
        return 9;
    }
    for (size_t i = 0; i < 2000; i++) {
        sink_add_char(&file->sink, 'x');
    }
    bool has_failed = err_is(sink_file_close(file, NULL, &problem), DP_IO);
    bool says_why = strstr(problem.sentence, "could not write") != NULL &&
                    strstr(problem.sentence, "File too large") != NULL;
    return has_failed && says_why && !file_exists(path) ? 0 : 1;
}

/* When the disk takes no more, the file is gone and the problem says why. */
static void test_sink_file_close_failed_write_removes_the_file(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "a.csv");
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(write_too_much(path));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    support_remove_tree(dir);
}

/* Who gives up leaves nothing behind, and giving up after the end does nothing. */
static void test_sink_file_abandon_removes_the_file(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "a.csv");
    MEM_AUTO struct sink_file *file = new_file();
    assert_ok(sink_file_open(file, path, 0600, NULL));
    sink_add(&file->sink, STR("x"));
    sink_file_abandon(file);
    assert_false(file_exists(path));
    assert_ok(sink_file_open(file, path, 0600, NULL));
    assert_ok(sink_file_close(file, NULL, NULL));
    sink_file_abandon(file);
    assert_true(file_exists(path));
    support_remove_tree(dir);
}

/* Bytes and hash are those of the file on the disk, for no bytes, few and many; the mode is as asked. */
static void test_sink_file_close_tells_bytes_and_hash(void **state)
{
    (void)state;
    static const size_t lengths[] = { 0, 1, SINK_BUFFER_BYTES, SINK_BUFFER_BYTES + 1, 300000 };
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "a.csv");
    MEM_AUTO struct sink_file *file = new_file();
    mode_t before = umask(077);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct sink_written written;
        struct stat info;
        size_t len = 0;
        assert_ok(sink_file_open(file, path, 0644, NULL));
        for (size_t j = 0; j < lengths[i]; j++) {
            sink_add_char(&file->sink, (char)(j * 7));
        }
        assert_ok(sink_file_close(file, &written, NULL));
        const char *content = support_read_file(path, &len);
        struct bytes whole = bytes_of(content, len);
        struct secret_hash hash = secret_sha256(&whole, 1);
        assert_int_equal(len, lengths[i]);
        assert_int_equal(written.bytes_count, lengths[i]);
        assert_memory_equal(written.sha256.bytes, hash.bytes, sizeof hash.bytes);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 07777, 0644);
        assert_int_equal(unlink(path), 0);
    }
    (void)umask(before);
    support_remove_tree(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sink_flush_failure_sticks),
        cmocka_unit_test(test_sink_start_buf_full_buffer_fails),
        cmocka_unit_test(test_sink_random_pieces_come_out_in_order),
        cmocka_unit_test(test_sink_file_open_taken_name_is_refused),
        cmocka_unit_test(test_sink_file_close_failed_write_removes_the_file),
        cmocka_unit_test(test_sink_file_abandon_removes_the_file),
        cmocka_unit_test(test_sink_file_close_tells_bytes_and_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
