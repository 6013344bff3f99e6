/* SPDX-License-Identifier: MIT */
#include "web/front/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static struct peer of_ipv4(const struct in_addr *address)
{
    struct peer peer = { .key = ntohl(address->s_addr) };
    inet_ntop(AF_INET, address, peer.text, sizeof peer.text);
    return peer;
}

static struct peer of_ipv6(const struct in6_addr *address)
{
    struct peer peer = { .is_ipv6 = true };
    for (size_t i = 0; i < 8; i++) {
        peer.key = peer.key << 8 | address->s6_addr[i];
    }
    inet_ntop(AF_INET6, address, peer.text, sizeof peer.text);
    return peer;
}

struct peer peer_of(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        return of_ipv4(&v4.sin_addr);
    }
    if (address->ss_family == AF_INET6) {
        struct sockaddr_in6 v6;
        struct in_addr inner;
        memcpy(&v6, address, sizeof v6);
        if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            return of_ipv6(&v6.sin6_addr);
        }
        memcpy(&inner, v6.sin6_addr.s6_addr + 12, sizeof inner);
        return of_ipv4(&inner);
    }
    struct peer unknown = { .is_ipv6 = false };
    (void)snprintf(unknown.text, sizeof unknown.text, "unknown");
    return unknown;
}

bool peer_equal(const struct peer *a, const struct peer *b)
{
    return a->key == b->key && a->is_ipv6 == b->is_ipv6;
}
