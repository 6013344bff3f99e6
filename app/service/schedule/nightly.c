/* SPDX-License-Identifier: MIT */
#include "app/service/schedule/nightly.h"

#include "app/service/alert/alert.h"
#include "app/service/link/link.h"
#include "app/service/theme/theme.h"

/* In this order: what a later step reads comes first. */
static dp_err (*const STEPS[])(const struct appliance *appliance) = {
    theme_refit,
    alert_refresh,
    link_refresh,
    theme_refresh,
};

dp_err nightly_refresh(const struct appliance *appliance)
{
    dp_err first = DP_SUCCESS;
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
        dp_err done = STEPS[i](appliance);
        first = err_is_ok(first) ? done : first;
    }
    return first;
}
