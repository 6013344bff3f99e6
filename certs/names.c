/* SPDX-License-Identifier: MIT */
#include "certs/names.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

enum { LABEL_MAX = 63, HOST_MAX = 253 };

size_t names_ip(const char *text, uint8_t out[NAMES_IP_MAX])
{
    if (inet_pton(AF_INET, text, out) == 1) {
        return sizeof(struct in_addr);
    }
    if (inet_pton(AF_INET6, text, out) == 1) {
        return sizeof(struct in6_addr);
    }
    return 0;
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_label(struct str label)
{
    if (label.len == 0 || label.len > LABEL_MAX || !is_letter_or_digit(label.ptr[0]) ||
        !is_letter_or_digit(label.ptr[label.len - 1])) {
        return false;
    }
    for (size_t i = 0; i < label.len; i++) {
        if (!is_letter_or_digit(label.ptr[i]) && label.ptr[i] != '-') {
            return false;
        }
    }
    return true;
}

/* Labels of letters, digits and inner hyphens. A last label of digits alone would be a broken
 * address ("10.0.0"), which no client looks up as a name. */
static bool is_dns_name(struct str name)
{
    struct str rest = name;
    struct str label = STR("");
    while (str_next(&rest, '.', &label)) {
        if (!is_label(label)) {
            return false;
        }
    }
    for (size_t i = 0; i < label.len; i++) {
        if (label.ptr[i] < '0' || label.ptr[i] > '9') {
            return true;
        }
    }
    return false;
}

static void make_lower(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text >= 'A' && *text <= 'Z') {
            *text = (char)(*text - 'A' + 'a');
        }
    }
}

static bool is_listed(const struct names *names, const char *text)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->text[i], text) == 0) {
            return true;
        }
    }
    return false;
}

dp_err names_add(struct names *names, struct str name, struct dp_problem *problem)
{
    char text[NAMES_TEXT_MAX];
    uint8_t address[NAMES_IP_MAX];
    if (name.len > HOST_MAX) {
        err_ignore(problem_set(problem, 0, 0,
                               "a name of %zu characters is too long: %d at most", name.len,
                               HOST_MAX));
        return err_make(DP_TOO_LONG);
    }
    if (!str_copy(name, text, sizeof text)) {
        return problem_set(problem, 0, 0, "a name may not hold a zero byte");
    }
    make_lower(text);
    size_t address_bytes = names_ip(text, address);
    if (address_bytes > 0) {
        inet_ntop(address_bytes == 4 ? AF_INET : AF_INET6, address, text, sizeof text);
    }
    if (address_bytes == 0 && !is_dns_name(str_of(text))) {
        return problem_set(problem, 0, 0, "\"%s\" is neither a DNS name nor an IP address",
                           text);
    }
    if (is_listed(names, text)) {
        return DP_SUCCESS;
    }
    if (names->count == NAMES_MAX) {
        err_ignore(problem_set(problem, 0, 0, "a certificate has %d names at most", NAMES_MAX));
        return err_make(DP_FULL);
    }
    memcpy(names->text[names->count], text, sizeof text);
    names->count++;
    return DP_SUCCESS;
}

/* An address that only works on its own link says nothing to a phone. */
static bool is_of_use(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        return ntohl(v4.sin_addr.s_addr) >> 16 != 0xa9fe;
    }
    struct sockaddr_in6 v6;
    memcpy(&v6, address, sizeof v6);
    return !IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr);
}

static void add_address(struct names *names, const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    }
    err_ignore(names_add(names, str_of(text), NULL)); /* one name less is no failure */
}

static void add_interfaces(struct names *names)
{
    struct ifaddrs *first = NULL;
    if (getifaddrs(&first) != 0) {
        return;
    }
    for (const struct ifaddrs *one = first; one != NULL; one = one->ifa_next) {
        bool is_up = (one->ifa_flags & IFF_UP) != 0;
        if (is_up && one->ifa_addr != NULL &&
            (one->ifa_addr->sa_family == AF_INET || one->ifa_addr->sa_family == AF_INET6) &&
            is_of_use(one->ifa_addr)) {
            add_address(names, one->ifa_addr);
        }
    }
    freeifaddrs(first);
}

void names_add_machine(struct names *names)
{
    char host[HOST_MAX + 1] = "";
    if (gethostname(host, sizeof host - 1) == 0 && host[0] != '\0') {
        err_ignore(names_add(names, str_of(host), NULL)); /* an odd host name is left out */
        size_t len = strlen(host);
        if (strchr(host, '.') == NULL && len + sizeof ".local" <= sizeof host) {
            memcpy(host + len, ".local", sizeof ".local");
            err_ignore(names_add(names, str_of(host), NULL));
        }
    }
    err_ignore(names_add(names, STR("localhost"), NULL)); /* full: it is left out */
    add_interfaces(names);
}

bool names_equal(const struct names *a, const struct names *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!is_listed(b, a->text[i])) {
            return false;
        }
    }
    return true;
}
