/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What may stand in a request line and in the Host header. Stricter than the standard where a second
 * parser could read the same bytes in another way: one spelling of each path, no empty or dot
 * segments, nothing encoded that would change the structure when somebody decodes it.
 */

#include "app/core/str.h"

/** True for an absolute path with an optional query: visible ASCII of RFC 3986, whole
 * percent-encodings, no encoded NUL, control byte, slash or backslash, no "//", no "." or ".."
 * segment in any spelling, no fragment. */
bool target_is_path(struct str target);

/** True for a DNS name, an IPv4 address or a bracketed IPv6 address, with an optional port. */
bool target_is_host(struct str host);
