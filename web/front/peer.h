/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Who is at the other end, as far as limits need to know: an address as text for the backend's rate
 * limits, and a key under which connections are counted. All of an IPv6 /64 is one party, because one
 * phone owns as many addresses in it as it likes. Neither is ever logged or stored.
 */

#include <stdint.h>
#include <sys/socket.h>

#include "app/core/str.h"

enum { PEER_TEXT_MAX = 46 };

struct peer {
    char text[PEER_TEXT_MAX];
    uint64_t key; /* the IPv4 address, or the upper half of the IPv6 one */
    bool is_ipv6;
};

/** Reads what accept() gave; an IPv4 address in IPv6 clothes becomes plain. */
struct peer peer_of(const struct sockaddr_storage *address);

bool peer_equal(const struct peer *a, const struct peer *b);
