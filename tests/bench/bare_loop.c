/* SPDX-License-Identifier: MIT */
#include "tests/bench/bare_loop.h"

#include <lmdb.h>
#include <sys/stat.h>

#include "app/core/mem.h"
#include "app/core/random.h"
#include "tests/bench/bench.h"

enum {
    KEY_BYTES = 17,
    SLOT_BYTES = 16,
    BALLOT_BYTES = 96,
    MARKER_CLASS = 0x62,
    BALLOT_CLASS = 0x63
};

struct bare_loop {
    MDB_env *env;
    MDB_dbi dbi;
    uint64_t state; /* of a small generator, so that the kernel's is not what is measured */
};

static void check(int rc, const char *what)
{
    if (rc != MDB_SUCCESS) {
        bench_stop("%s: %s", what, mdb_strerror(rc));
    }
}

struct bare_loop *bare_loop_open(const char *path)
{
    MDB_txn *txn = NULL;
    struct bare_loop *loop = mem_new(1, sizeof *loop);
    if (loop == NULL || mkdir(path, 0700) != 0) {
        bench_stop("can't make %s", path);
    }
    random_secret(&loop->state, sizeof loop->state);
    check(mdb_env_create(&loop->env), "bare create");
    check(mdb_env_set_mapsize(loop->env, (size_t)1 << 30), "bare size");
    check(mdb_env_open(loop->env, path, 0, 0600), "bare open");
    check(mdb_txn_begin(loop->env, NULL, 0, &txn), "bare begin");
    check(mdb_dbi_open(txn, NULL, 0, &loop->dbi), "bare dbi");
    check(mdb_txn_commit(txn), "bare commit");
    return loop;
}

void bare_loop_close(struct bare_loop *loop)
{
    mdb_env_close(loop->env);
    mem_free(loop);
}

static void fill(struct bare_loop *loop, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        loop->state = loop->state * 6364136223846793005ULL + 1442695040888963407ULL;
        bytes[i] = (uint8_t)(loop->state >> 56);
    }
}

static void put_one(struct bare_loop *loop, MDB_txn *txn)
{
    uint8_t bytes[KEY_BYTES + KEY_BYTES + BALLOT_BYTES];
    fill(loop, bytes, sizeof bytes);
    bytes[0] = MARKER_CLASS;
    bytes[KEY_BYTES] = BALLOT_CLASS;
    MDB_val marker = { KEY_BYTES, bytes };
    MDB_val slot = { SLOT_BYTES, bytes + KEY_BYTES + 1 };
    MDB_val key = { KEY_BYTES, bytes + KEY_BYTES };
    MDB_val ballot = { BALLOT_BYTES, bytes + KEY_BYTES + KEY_BYTES };
    MDB_val found;
    if (mdb_get(txn, loop->dbi, &marker, &found) != MDB_NOTFOUND) {
        bench_stop("bare: a random key came twice");
    }
    check(mdb_put(txn, loop->dbi, &marker, &slot, 0), "bare put");
    check(mdb_put(txn, loop->dbi, &key, &ballot, 0), "bare put");
}

double bare_loop_run(struct bare_loop *loop, uint64_t answers, double group)
{
    double start_s = bench_now_s();
    uint64_t commits = 0;
    uint64_t done = 0;
    while (done < answers) {
        MDB_txn *txn = NULL;
        check(mdb_txn_begin(loop->env, NULL, 0, &txn), "bare begin");
        for (commits++; (double)done < (double)commits * group && done < answers; done++) {
            put_one(loop, txn);
        }
        check(mdb_txn_commit(txn), "bare commit");
    }
    return (double)answers / (bench_now_s() - start_s);
}
