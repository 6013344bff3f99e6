/* SPDX-License-Identifier: MIT */
#include "app/survey/question.h"

/*
 * The wording is short, concrete and about something that the organisation can change; each theme
 * has one question the other way round, so that ticking the same point every day shows.
 */

/* The fields before the code: id, version, theme, scale, reversed, active. */
#define ANCHOR(number)           { (number) }, 1, THEME_ANCHOR, SCALE_DAY, false, true
#define STRAIGHT(number, theme_) { (number) }, 1, (theme_), SCALE_AGREE, false, true
#define REVERSED(number, theme_) { (number) }, 1, (theme_), SCALE_AGREE, true, true

static const struct question defaults[] = {
    { ANCHOR(1), "anchor", { "How was work today?", "Wie war die Arbeit heute?" } },

    { STRAIGHT(2, THEME_PURPOSE),
      "purpose-1",
      { "I can say in one sentence what great service means here.",
        "Ich kann in einem Satz sagen, was großartiger Service bei uns bedeutet." } },
    { STRAIGHT(3, THEME_PURPOSE),
      "purpose-2",
      { "What our leaders say about good service reaches me clearly and undiluted.",
        "Was die Leitung über guten Service sagt, kommt bei mir klar und unverwässert an." } },
    { STRAIGHT(4, THEME_PURPOSE),
      "purpose-3",
      { "I can see how my work helps the people we serve.",
        "Ich sehe, wie meine Arbeit den Menschen hilft, für die wir da sind." } },
    { STRAIGHT(5, THEME_PURPOSE),
      "purpose-4",
      { "What we promise about service is what we live here.",
        "Was wir beim Service versprechen, leben wir hier auch." } },
    { REVERSED(6, THEME_PURPOSE),
      "purpose-5",
      { "When it gets busy, figures count more here than good service.",
        "Wenn viel los ist, zählen hier Kennzahlen mehr als guter Service." } },

    { STRAIGHT(7, THEME_VOICE),
      "voice-1",
      { "I can say openly here what is going wrong.",
        "Ich kann hier offen sagen, was schiefläuft." } },
    { STRAIGHT(8, THEME_VOICE),
      "voice-2",
      { "When I raise a problem, somebody takes it up.",
        "Wenn ich ein Problem anspreche, kümmert sich jemand darum." } },
    { STRAIGHT(9, THEME_VOICE),
      "voice-3",
      { "I can rely on what I am told here.",
        "Ich kann mich auf das verlassen, was mir hier gesagt wird." } },
    { STRAIGHT(10, THEME_VOICE),
      "voice-4",
      { "Decisions about my work are explained to me.",
        "Entscheidungen über meine Arbeit werden mir erklärt." } },
    { REVERSED(11, THEME_VOICE),
      "voice-5",
      { "Mistakes are better kept to oneself here.",
        "Fehler behält man hier besser für sich." } },

    { STRAIGHT(12, THEME_TEAM),
      "team-1",
      { "My team helps me when I need it.", "Mein Team hilft mir, wenn ich es brauche." } },
    { STRAIGHT(13, THEME_TEAM),
      "team-2",
      { "My manager has time for me when it matters.",
        "Meine Führungskraft hat Zeit für mich, wenn es darauf ankommt." } },
    { STRAIGHT(14, THEME_TEAM),
      "team-3",
      { "I know what is expected of me this week.",
        "Ich weiß, was diese Woche von mir erwartet wird." } },
    { STRAIGHT(15, THEME_TEAM),
      "team-4",
      { "In my team we treat each other with respect.",
        "In meinem Team gehen wir respektvoll miteinander um." } },
    { REVERSED(16, THEME_TEAM),
      "team-5",
      { "In my team, conflicts are left lying.", "In meinem Team bleiben Konflikte liegen." } },

    { STRAIGHT(17, THEME_GROWTH),
      "growth-1",
      { "In the last few days somebody noticed good work of mine.",
        "In den letzten Tagen hat jemand gute Arbeit von mir bemerkt." } },
    { STRAIGHT(18, THEME_GROWTH),
      "growth-2",
      { "I am learning things here that take me further.",
        "Ich lerne hier Dinge, die mich weiterbringen." } },
    { STRAIGHT(19, THEME_GROWTH),
      "growth-3",
      { "There is somebody here I can ask anything and learn from.",
        "Hier gibt es jemanden, den ich alles fragen und von dem ich lernen kann." } },
    { STRAIGHT(20, THEME_GROWTH),
      "growth-4",
      { "My work puts my strengths to good use.", "Meine Arbeit nutzt meine Stärken." } },
    { REVERSED(21, THEME_GROWTH),
      "growth-5",
      { "I am treading water in my work here.", "Beruflich trete ich hier auf der Stelle." } },

    { STRAIGHT(22, THEME_WORKLOAD),
      "workload-1",
      { "I can do my work well in the time I have.",
        "Ich kann meine Arbeit in der verfügbaren Zeit gut erledigen." } },
    { STRAIGHT(23, THEME_WORKLOAD),
      "workload-2",
      { "There were enough of us today for the work there was.",
        "Wir waren heute genug Leute für die Arbeit, die da war." } },
    { STRAIGHT(24, THEME_WORKLOAD),
      "workload-3",
      { "My tools and systems worked today as they should.",
        "Meine Arbeitsmittel und Programme haben heute funktioniert, wie sie sollen." } },
    { STRAIGHT(25, THEME_WORKLOAD),
      "workload-4",
      { "The way we do things here helps me to do good work.",
        "Unsere Abläufe helfen mir, gute Arbeit zu machen." } },
    { REVERSED(26, THEME_WORKLOAD),
      "workload-5",
      { "Today I lost time on things that help nobody.",
        "Heute habe ich Zeit mit Dingen verloren, die niemandem nützen." } },

    { STRAIGHT(27, THEME_CUSTOMERS),
      "customers-1",
      { "I can solve the customer's problem in one go.",
        "Ich kann das Anliegen der Kundschaft in einem Zug lösen." } },
    { STRAIGHT(28, THEME_CUSTOMERS),
      "customers-2",
      { "I have the customer's whole picture in front of me.",
        "Ich habe das ganze Bild vor mir, wenn sich jemand von der Kundschaft meldet." } },
    { STRAIGHT(29, THEME_CUSTOMERS),
      "customers-3",
      { "I may decide myself what helps the customer.",
        "Ich darf selbst entscheiden, was der Kundschaft hilft." } },
    { STRAIGHT(30, THEME_CUSTOMERS),
      "customers-4",
      { "What customers tell us changes how we work.",
        "Was uns die Kundschaft sagt, verändert, wie wir arbeiten." } },
    { REVERSED(31, THEME_CUSTOMERS),
      "customers-5",
      { "Our own rules get in the way of good service.",
        "Unsere eigenen Regeln stehen gutem Service im Weg." } },
};

enum { DEFAULT_COUNT = sizeof defaults / sizeof defaults[0] };
_Static_assert(DEFAULT_COUNT == 1 + QUESTION_THEMES * QUESTION_PER_THEME,
               "a question is missing");

const struct question *question_defaults(size_t *count)
{
    *count = DEFAULT_COUNT;
    return defaults;
}

struct theme_words {
    const char *code;
    const char *name[LANGUAGE_COUNT];
};

static const struct theme_words themes[THEME_COUNT] = {
    [THEME_ANCHOR] = { "anchor", { "Engagement index", "Engagement-Index" } },
    [THEME_PURPOSE] = { "purpose", { "Purpose", "Sinn und Auftrag" } },
    [THEME_VOICE] = { "voice", { "Voice and trust", "Mitsprache und Vertrauen" } },
    [THEME_TEAM] = { "team", { "Team and manager", "Team und Führung" } },
    [THEME_GROWTH] = { "growth", { "Recognition and growth", "Anerkennung und Entwicklung" } },
    [THEME_WORKLOAD] = { "workload",
                         { "Workload, tools and process",
                           "Arbeitslast, Arbeitsmittel und Abläufe" } },
    [THEME_CUSTOMERS] = { "customers", { "Serving customers", "Für die Kundschaft da sein" } },
};

const char *theme_code(enum theme theme)
{
    DP_CHECK(theme >= 0 && theme < THEME_COUNT);
    return themes[theme].code;
}

const char *theme_name(enum theme theme, enum language language)
{
    DP_CHECK(theme >= 0 && theme < THEME_COUNT);
    DP_CHECK(language >= 0 && language < LANGUAGE_COUNT);
    return themes[theme].name[language];
}

dp_err theme_parse(struct str code, enum theme *theme)
{
    for (int i = 0; i < THEME_COUNT; i++) {
        if (str_equal(code, str_of(themes[i].code))) {
            *theme = (enum theme)i;
            return DP_SUCCESS;
        }
    }
    return err_make(DP_INVALID);
}

/* By scale, language and answer; 0 is "prefer not to say". */
static const char *const labels[][LANGUAGE_COUNT][ANSWER_MAX + 1] = {
    [SCALE_DAY] = {
        [LANGUAGE_EN] = { "Prefer not to say", "Very bad", "Bad", "So-so", "Good", "Very good" },
        [LANGUAGE_DE] = { "Keine Angabe", "Sehr schlecht", "Schlecht", "Mittelmäßig", "Gut",
                          "Sehr gut" },
    },
    [SCALE_AGREE] = {
        [LANGUAGE_EN] = { "Prefer not to say", "Not at all", "Hardly", "Partly", "Mostly", "Fully" },
        [LANGUAGE_DE] = { "Keine Angabe", "Gar nicht", "Kaum", "Teilweise", "Überwiegend",
                          "Voll und ganz" },
    },
};

const char *question_label(enum question_scale scale, enum answer answer,
                           enum language language)
{
    DP_CHECK(scale == SCALE_DAY || scale == SCALE_AGREE);
    DP_CHECK(answer >= ANSWER_SKIPPED && answer <= ANSWER_MAX);
    DP_CHECK(language >= 0 && language < LANGUAGE_COUNT);
    return labels[scale][language][answer];
}

enum answer question_keyed(const struct question *question, enum answer answer)
{
    if (answer == ANSWER_SKIPPED || !question->is_reversed) {
        return answer;
    }
    return (enum answer)(ANSWER_MIN + ANSWER_MAX - (int)answer);
}
