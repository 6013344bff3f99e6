/* SPDX-License-Identifier: MIT */
/*
 * Target: the decoder of every record in storage/. The first byte of an input chooses the
 * record, the rest is its value. Whatever decodes must encode to the same bytes, and a
 * decoded record never makes its encoder fail.
 */
#include <stdint.h>
#include <stdlib.h>

#include "tests/unit/storage/record_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t space[RECORD_TABLE_MAX];
    struct bytes again;
    if (size == 0) {
        return 0;
    }
    struct bytes value = bytes_of(data + 1, size - 1);
    if (err_is_ok(RECORD_TABLE[data[0] % RECORD_COUNT].again(value, space, &again)) &&
        !bytes_equal(value, again)) {
        abort();
    }
    return 0;
}
