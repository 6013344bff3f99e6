/* SPDX-License-Identifier: MIT */
#include "tests/support/gallery/samples.h"

static const struct sample samples[] = {
    { "answer", true, samples_answer },      { "thanks", true, samples_thanks },
    { "message", true, samples_message },    { "login", false, samples_login },
    { "overview", false, samples_overview }, { "trend", false, samples_trend },
    { "link", false, samples_link },         { "teams", false, samples_teams },
};

const struct sample *samples_all(size_t *count)
{
    *count = sizeof samples / sizeof samples[0];
    return samples;
}
