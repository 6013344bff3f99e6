/* SPDX-License-Identifier: MIT */
#include "app/stats/effect.h"

const char *effect_verdict_name(enum effect_verdict verdict)
{
    switch (verdict) {
    case EFFECT_REFUSED:
        return "refused";
    case EFFECT_CHANGED:
        return "changed";
    case EFFECT_HINT:
        return "hint";
    case EFFECT_NONE_SEEN:
        return "none_seen";
    case EFFECT_CANNOT_ANSWER:
        return "cannot_answer";
    case EFFECT_NOT_CLEAR:
        return "not_clear";
    case EFFECT_VERDICT_COUNT:
        break;
    }
    return "";
}

enum grade effect_grade(const struct effect_evidence *e)
{
    enum grade grade = GRADE_NONE;
    if (e->p <= 0.01) {
        grade = GRADE_STRONG;
    } else if (e->p <= 0.05) {
        grade = GRADE_MODERATE;
    } else if (e->p <= 0.10) {
        grade = GRADE_HINT;
    }
    return grade < e->grade_max ? grade : e->grade_max;
}

enum effect_verdict effect_verdict_of(const struct effect_evidence *e)
{
    enum grade grade = effect_grade(e);
    if (grade >= GRADE_MODERATE) {
        return EFFECT_CHANGED;
    }
    if (grade == GRADE_HINT) {
        return EFFECT_HINT;
    }
    return e->mde80 > 2.0 * e->sd_before ? EFFECT_CANNOT_ANSWER : EFFECT_NONE_SEEN;
}
