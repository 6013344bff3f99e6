/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "web/front/peer.h"

static struct peer peer_from(int family, const char *text)
{
    struct sockaddr_storage storage;
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    memset(&storage, 0, sizeof storage);
    if (family == AF_INET) {
        assert_int_equal(inet_pton(AF_INET, text, &v4.sin_addr), 1);
        memcpy(&storage, &v4, sizeof v4);
    } else {
        assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
        memcpy(&storage, &v6, sizeof v6);
    }
    return peer_of(&storage);
}

/* An address of neither family (it does not happen on our sockets) still gives a text. */
static void test_peer_of_unknown_family_is_named(void **state)
{
    struct sockaddr_storage storage;
    (void)state;
    memset(&storage, 0, sizeof storage);
    storage.ss_family = AF_UNIX;
    assert_string_equal(peer_of(&storage).text, "unknown");
}

/* One IPv4 address is one party, however it is clothed. */
static void test_peer_of_ipv4_is_counted_by_address(void **state)
{
    struct peer a = peer_from(AF_INET, "10.1.2.3");
    struct peer b = peer_from(AF_INET6, "::ffff:10.1.2.3");
    struct peer c = peer_from(AF_INET, "10.1.2.4");
    (void)state;
    assert_string_equal(a.text, "10.1.2.3");
    assert_string_equal(b.text, "10.1.2.3");
    assert_true(peer_equal(&a, &b));
    assert_false(peer_equal(&a, &c));
}

/* All of a /64 is one party; the text still has the whole address. */
static void test_peer_of_ipv6_is_counted_by_network(void **state)
{
    struct peer a = peer_from(AF_INET6, "2001:db8:1:2::1");
    struct peer b = peer_from(AF_INET6, "2001:db8:1:2:ffff::9");
    struct peer c = peer_from(AF_INET6, "2001:db8:1:3::1");
    struct peer d = peer_from(AF_INET6, "0:0:a01:203::1");
    struct peer e = peer_from(AF_INET, "10.1.2.3");
    (void)state;
    assert_string_equal(b.text, "2001:db8:1:2:ffff::9");
    assert_true(peer_equal(&a, &b));
    assert_false(peer_equal(&a, &c));
    assert_int_equal(d.key, e.key);
    assert_false(peer_equal(&d, &e)); /* the same number in another family */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_peer_of_unknown_family_is_named),
        cmocka_unit_test(test_peer_of_ipv4_is_counted_by_address),
        cmocka_unit_test(test_peer_of_ipv6_is_counted_by_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
