/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What is worked out once the day's cells are there, and after an import of outcomes: everything
 * that is remembered from one look to the next. Each step decides itself what is due, so that it
 * does not matter how often this is called. One that fails does not hold up the others.
 */

#include "app/service/appliance/appliance.h"

/** Does all that is due. Fails: as the steps; the first failure is the one to tell. */
dp_err nightly_refresh(const struct appliance *appliance);
