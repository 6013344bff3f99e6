/* SPDX-License-Identifier: MIT */
/*
 * Target: zone_parse, on the bytes of a TZif file. Whatever parses can be asked at any time: local time
 * lies within a day of UTC's, and the way back gives a moment that is not later and reads the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "app/core/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so) {
        abort();
    }
}

static void ask(const struct zone *zone, int64_t now_s)
{
    struct zone_local local = zone_to_local(zone, now_s);
    int64_t local_s = (int64_t)local.date.days * ZONE_DAY_SECONDS + local.second_of_day;
    want(local.second_of_day >= 0 && local.second_of_day < ZONE_DAY_SECONDS);
    want(local_s == now_s + local.offset_s);
    int64_t back_s = zone_to_unix(zone, local.date, local.second_of_day);
    struct zone_local again = zone_to_local(zone, back_s);
    want(back_s <= now_s);
    want(date_equal(again.date, local.date) && again.second_of_day == local.second_of_day);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct zone zone;
    if (!err_is_ok(zone_parse(bytes_of(data, size), &zone))) {
        return 0;
    }
    for (size_t i = 0; i < zone.changes_count; i++) {
        if (zone.change_s[i] > 0 && zone.change_s[i] < 100000000000) {
            ask(&zone, zone.change_s[i] - 1);
            ask(&zone, zone.change_s[i]);
        }
    }
    for (int64_t now_s = 1700000000; now_s < 1800000000; now_s += 8640007) {
        ask(&zone, now_s);
    }
    return 0;
}
