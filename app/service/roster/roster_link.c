/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "app/core/code.h"
#include "app/core/mem.h"
#include "app/core/random.h"
#include "app/csv/csv_writer.h"
#include "app/service/roster/roster_change.h"
#include "storage/office_key_record.h"
#include "storage/pending_move_record.h"
#include "storage/person_record.h"

/* What is hashed: a fixed text, so that the key gives nothing else away by the same numbers, then
 * the person and the generation in fixed width. */
static const char link_label[] = "daypulse personal link 1";

void roster_link_token(const struct secret_key *link_key, struct person_id person,
                       uint32_t generation, uint8_t token[LINK_TOKEN_BYTES])
{
    uint8_t numbers[12];
    for (size_t i = 0; i < 8; i++) {
        numbers[i] = (uint8_t)(person.value >> 8 * (7 - i));
    }
    for (size_t i = 0; i < 4; i++) {
        numbers[8 + i] = (uint8_t)(generation >> 8 * (3 - i));
    }
    const struct bytes parts[] = { bytes_of(link_label, sizeof link_label - 1),
                                   bytes_of(numbers, sizeof numbers) };
    struct secret_hash hash = secret_hmac(link_key, parts, 2);
    memcpy(token, hash.bytes, LINK_TOKEN_BYTES);
}

void roster_token_text(const uint8_t token[LINK_TOKEN_BYTES], char out[ROSTER_TOKEN_TEXT])
{
    code_base32(bytes_of(token, LINK_TOKEN_BYTES), out, ROSTER_TOKEN_TEXT);
}

dp_err roster_token_read(struct str text, uint8_t token[LINK_TOKEN_BYTES])
{
    return code_base32_read(text, token, LINK_TOKEN_BYTES);
}

dp_err roster_link_key(struct store_txn *txn, struct secret_key *key)
{
    struct office_key stored = { .kind = OFFICE_KEY_LINK };
    dp_err err = office_key_record_get(txn, OFFICE_KEY_LINK, &stored);
    if (err_is(err, DP_NOT_FOUND)) {
        random_secret(stored.key.bytes, sizeof stored.key.bytes);
        err = office_key_record_put(txn, &stored);
    }
    *key = stored.key;
    secret_wipe(&stored, sizeof stored);
    return err;
}

static struct link link_of(const struct secret_key *link_key, const struct person *person)
{
    struct link link = { .person = person->id };
    roster_link_token(link_key, person->id, person->link_generation, link.token);
    return link;
}

dp_err roster_link_put(struct store_txn *txn, const struct secret_key *link_key,
                       const struct person *person)
{
    const struct link link = link_of(link_key, person);
    return link_record_put(txn, &link);
}

dp_err roster_link_delete(struct store_txn *txn, const struct secret_key *link_key,
                          const struct person *person)
{
    const struct link link = link_of(link_key, person);
    dp_err err = link_record_delete(txn, link.token);
    return err_is(err, DP_NOT_FOUND) ? DP_SUCCESS : err;
}

/* ---- The list ---- */

/** A walk over the people that writes a line for each. */
struct listing {
    struct store_txn *txn;
    const struct roster_link_list *list;
    struct secret_key link_key;
    struct csv_writer csv;
    dp_err failed;
};

/* Somebody who is on the way in has a link already, so that it can be handed out before. */
static dp_err has_link(struct store_txn *txn, const struct person *person, bool *answer)
{
    struct person_move move;
    *answer = !person->is_gone;
    if (!person->is_gone) {
        return DP_SUCCESS;
    }
    dp_err err = pending_move_record_get(txn, person->id, &move);
    *answer = err_is_ok(err) && move.team.value != 0;
    return err_is(err, DP_NOT_FOUND) ? DP_SUCCESS : err;
}

static bool list_person(const struct person *person, void *context)
{
    struct listing *listing = context;
    bool is_listed = false;
    listing->failed = has_link(listing->txn, person, &is_listed);
    if (!err_is_ok(listing->failed) || !is_listed) {
        return err_is_ok(listing->failed);
    }
    struct link link = link_of(&listing->link_key, person);
    char token[ROSTER_TOKEN_TEXT];
    char path[NAME_MAX_BYTES + ROSTER_TOKEN_TEXT + 8];
    roster_token_text(link.token, token);
    struct str base = listing->list->base_url;
    DP_CHECK(base.len < NAME_MAX_BYTES);
    (void)snprintf(path, sizeof path, "%.*s/a/%s", STR_ARG(base), token);
    csv_writer_plain(&listing->csv, str_of(person->external_id));
    csv_writer_plain(&listing->csv, str_of(path));
    csv_writer_end_row(&listing->csv);
    return true;
}

/** What the audit entry says; the job also makes sure that there is a link key. */
struct list_job {
    const struct clock *clock;
    const struct roster_link_list *list;
    struct secret_key link_key;
};

static dp_err note_listing(struct store_txn *txn, void *context)
{
    struct list_job *job = context;
    DP_TRY(roster_link_key(txn, &job->link_key));
    return import_audit(txn, job->clock, job->list->actor, "roster.links",
                        "all personal links were listed");
}

dp_err roster_list_links(struct store *office, const struct clock *clock,
                         const struct roster_link_list *list, struct sink *out)
{
    static const char *const names[] = { "person_id", "link" };
    struct list_job job = { .clock = clock, .list = list };
    DP_TRY(store_write(office, note_listing, &job));
    struct store_txn *txn STORE_READ_AUTO = NULL;
    DP_TRY(store_read(office, &txn));
    struct listing listing = {
        .txn = txn, .list = list, .link_key = job.link_key, .csv = csv_writer_new(out)
    };
    csv_writer_header(&listing.csv, names, 2);
    dp_err walked = person_record_each(txn, list_person, &listing);
    secret_wipe(&listing.link_key, sizeof listing.link_key);
    secret_wipe(&job.link_key, sizeof job.link_key);
    DP_TRY(walked);
    DP_TRY(listing.failed);
    return sink_flush(out);
}

/* ---- A new link ---- */

/** What a re-issue needs and gives. */
struct reissue_job {
    const struct clock *clock;
    struct str external_id;
    const char *actor;
    struct link link;
};

static dp_err reissue(struct store_txn *txn, void *context)
{
    struct reissue_job *job = context;
    struct person person;
    bool is_here = false;
    DP_TRY(person_record_by_external_id(txn, job->external_id, &person));
    DP_TRY(has_link(txn, &person, &is_here));
    if (!is_here || person.link_generation == UINT32_MAX) {
        return err_make(DP_NOT_FOUND);
    }
    struct secret_key link_key;
    DP_TRY(roster_link_key(txn, &link_key));
    DP_TRY(roster_link_delete(txn, &link_key, &person));
    person.link_generation++;
    DP_TRY(person_record_put(txn, &person));
    job->link = link_of(&link_key, &person);
    secret_wipe(&link_key, sizeof link_key);
    DP_TRY(link_record_put(txn, &job->link));
    return import_audit(txn, job->clock, job->actor, "roster.reissue", "a new link for %s",
                        person.external_id);
}

dp_err roster_reissue_link(struct store *office, const struct clock *clock,
                           struct str external_id, const char *actor,
                           char token[ROSTER_TOKEN_TEXT])
{
    struct reissue_job job = { .clock = clock, .external_id = external_id, .actor = actor };
    token[0] = '\0';
    DP_TRY(store_write(office, reissue, &job));
    roster_token_text(job.link.token, token);
    return DP_SUCCESS;
}
