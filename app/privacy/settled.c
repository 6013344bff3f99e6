/* SPDX-License-Identifier: MIT */
#include "app/privacy/settled.h"

#include "storage/box.h"

enum { WEEK_DAYS = 7 };

dp_err settled_until(const struct folder *folder, struct date today, struct date *monday)
{
    struct epoch_id boxes[BOX_EPOCHS_MAX];
    size_t count = 0;
    struct date running = date_monday(today);
    struct date given_up = date_add(running, -WEEK_DAYS * (SETTLED_WAIT_WEEKS + 1));
    DP_TRY(box_list(folder->box, boxes, &count));
    *monday = running;
    for (size_t i = 0; i < count; i++) {
        struct date week = date_monday(boxes[i].date);
        if (date_is_before(week, *monday) && date_is_before(given_up, week)) {
            *monday = week;
        }
    }
    return DP_SUCCESS;
}
