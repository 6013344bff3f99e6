#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# `daypulse up` with real processes: it answers over TLS, a killed part comes back, a new certificate is served
# without a restart, and SIGTERM ends everything and leaves nothing. Usage: parts.sh DAYPULSE
set -uo pipefail
daypulse="$1"
work=$(mktemp -d)
up=""
cleanup() {
    if [ -n "$up" ]; then
        kill -KILL "$up" 2>/dev/null
        wait "$up" 2>/dev/null
    fi
    rm -rf "$work"
}
trap cleanup EXIT
export DAYPULSE_CONFIG=/dev/null
data="$work/data"
log="$work/log"

fail() {
    printf '%s\n' "$1"
    sed 's/^/    /' "$log"
    echo "run again: bash tests/unit/cli/parts.sh PATH-OF-daypulse"
    exit 1
}
# wait_for WHAT COMMAND...: until the command succeeds, at most 30 seconds.
wait_for() {
    local what="$1" i
    shift
    for i in $(seq 1 300); do
        if "$@" >/dev/null 2>&1; then
            return 0
        fi
        sleep 0.1
    done
    fail "$what"
}
served_port() { port=$(sed -n 's/.*web: serving on port \([0-9]*\),.*/\1/p' "$log" | tail -n 1); [ -n "$port" ]; }
answers() { [ "$(curl -sk --max-time 5 "https://127.0.0.1:$port/healthz")" = ok ]; }
part_pid() { pgrep -P "$up" -f "daypulse $1 " | head -n 1; }
fingerprint() {
    openssl s_client -connect "127.0.0.1:$port" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256
}

"$daypulse" init --dir "$data" --zone UTC >/dev/null 2>"$log" || fail 'init failed'
{ echo person_id,team; for i in $(seq 1 9); do echo "p$i,Hotline"; done; } >"$work/roster.csv"
"$daypulse" roster import "$work/roster.csv" --dir "$data" >/dev/null 2>>"$log" || fail 'the roster was refused'
"$daypulse" export schedule --daily 02:00 --dir "$data" 2>>"$log" || fail 'no schedule'

# Port 0 is a free one; up says so in its log.
"$daypulse" up --dir "$data" --port 0 --listen 127.0.0.1 --public-name localhost >"$work/out" 2>>"$log" &
up=$!
wait_for 'it never served' served_port
wait_for '/healthz does not answer' answers
grep -q 'Nobody has claimed it yet' "$log" || fail 'it does not say that it is unclaimed'
"$daypulse" health --dir "$data" >/dev/null || fail 'health does not see it'
wait_for 'the scheduled export did not run' test -e "$data/exports/current/SHA256SUMS"
wait_for 'no box was made' "$daypulse" doctor --dir "$data"

# A certificate that can be verified with the local authority.
[ "$(curl -s --cacert "$data/certs/ca.pem" "https://localhost:$port/healthz" --resolve "localhost:$port:127.0.0.1")" = ok ] ||
    fail 'the certificate does not lead to the authority'

# A part that is killed comes back, on a port of its own; the others stay.
killed=$(part_pid web)
flush=$(part_pid flush)
[ -n "$killed" ] && [ -n "$flush" ] || fail 'the parts are not there'
: >"$log"
kill -KILL "$killed"
wait_for 'the killed part did not come back' served_port
wait_for 'it does not answer after the kill' answers
[ "$(part_pid flush)" = "$flush" ] || fail 'another part was touched'

# SIGHUP reads a new certificate; connections go on.
before=$(fingerprint)
"$daypulse" cert renew --dir "$data" --public-name localhost 2>/dev/null || fail 'no new certificate'
kill -HUP "$up"
changed() { [ "$(fingerprint)" != "$before" ] && [ -n "$(fingerprint)" ]; }
wait_for 'the new certificate is not served' changed
answers || fail 'it does not answer after SIGHUP'

# A second one on the same folder is refused and disturbs nobody.
"$daypulse" web --dir "$data" --port "$port" --listen 127.0.0.1 >/dev/null 2>&1 && fail 'two web parts run on one folder'
answers || fail 'the first one is disturbed'

# SIGTERM ends it in order.
parts=$(pgrep -P "$up")
kill -TERM "$up"
code=0
wait "$up" || code=$?
up=""
[ "$code" = 0 ] || fail "it ended with $code"
for pid in $parts; do
    if kill -0 "$pid" 2>/dev/null; then
        fail "process $pid is left"
    fi
done
[ ! -e "$data/run/web.sock" ] || fail 'its socket is left'
! grep -qE '<[0-3]>' "$log" || fail 'errors were logged'
