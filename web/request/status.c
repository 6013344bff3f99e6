/* SPDX-License-Identifier: MIT */
#include "web/request/status.h"

int status_of(enum dp_code code)
{
    switch (code) {
    case DP_OK:
        return 200;
    case DP_USAGE:
    case DP_INVALID:
    case DP_NOT_UTF8:
    case DP_OUT_OF_RANGE:
        return 400;
    case DP_UNAUTHENTICATED:
        return 401;
    case DP_FORBIDDEN:
        return 403;
    case DP_NOT_FOUND:
        return 404;
    case DP_CONFLICT:
    case DP_EXISTS:
        return 409;
    case DP_CLOSED:
        return 410;
    case DP_TOO_LONG:
        return 413;
    case DP_UNSUPPORTED:
        return 415;
    case DP_RATE_LIMITED:
        return 429;
    case DP_CORRUPT:
    case DP_CRYPTO:
    case DP_TLS:
    case DP_BUG:
    case DP_CODE_COUNT:
        return 500;
    /* The request was right and may be tried again later, when memory, disk or store are well. */
    case DP_NO_MEMORY:
    case DP_FULL:
    case DP_BUSY:
    case DP_TIMEOUT:
    case DP_IO:
    case DP_SCHEMA_OLDER:
    case DP_SCHEMA_NEWER:
    case DP_READ_ONLY:
        return 503;
    }
    return 500;
}

const char *status_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        { 200, "OK" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 303, "See Other" },
        { 304, "Not Modified" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 408, "Request Timeout" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 411, "Length Required" },
        { 413, "Content Too Large" },
        { 415, "Unsupported Media Type" },
        { 422, "Unprocessable Content" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 503, "Service Unavailable" },
        { 505, "HTTP Version Not Supported" },
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].status == status) {
            return reasons[i].reason;
        }
    }
    return "Error";
}
