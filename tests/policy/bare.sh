#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What a stranger meets: a bare Debian 12 (debootstrap, minbase) with git and nothing else, a fresh clone of the
# newest commit, then ./dev with the arguments given (test when there are none). Wants root and the network.
# A machine whose network shows certificates of its own hands them in by NODE_EXTRA_CA_CERTS.
set -euo pipefail
source=$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)
suite="${BARE_SUITE:-bookworm}"

fail() { printf 'bare: %s\n' "$*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "this makes a Debian in a folder and so needs root"
command -v debootstrap >/dev/null || apt-get -qq install -y --no-install-recommends debootstrap >/dev/null ||
    fail "debootstrap is missing and can't be installed"
site=$(apt-get indextargets --format '$(RELEASE) $(SITE)' 'Created-By: Packages' |
    awk -v suite="$suite" '$1 == suite { print $2; exit }')
[ -n "$site" ] || fail "no package archive of Debian $suite is set up on this machine"

root=$(mktemp -d)
chmod 755 "$root" # it becomes the root folder of everybody inside
cleanup() {
    umount "$root/proc" "$root/dev" 2>/dev/null || true
    if mountpoint -q "$root/proc" || mountpoint -q "$root/dev"; then
        echo "bare: $root/proc or $root/dev is still mounted, so $root stays" >&2
    else
        rm -rf --one-file-system "$root"
    fi
}
trap cleanup EXIT
inside() {
    chroot "$root" env -i HOME=/srv PATH=/usr/sbin:/usr/bin:/sbin:/bin CI=true \
        ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/etc/ssl/extra.crt} "$@"
}

debootstrap --variant=minbase "$suite" "$root" "$site" >"$root.log" 2>&1 ||
    { tail -n 5 "$root.log" >&2; fail "debootstrap failed"; }
rm -f "$root.log"
cp /etc/resolv.conf "$root/etc/resolv.conf"
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
    mkdir -p "$root/etc/ssl"
    cp "$NODE_EXTRA_CA_CERTS" "$root/etc/ssl/extra.crt"
fi
mount -t proc proc "$root/proc" || fail "/proc can't be mounted in $root"
mount --bind /dev "$root/dev" || fail "/dev can't be mounted in $root"
inside apt-get -qq update
inside apt-get -qq install -y --no-install-recommends git >/dev/null 2>&1 || fail "git can't be installed"

# A bundle is a clone's source that the bare machine can read without seeing this one.
git -C "$source" bundle create -q "$root/daypulse.bundle" HEAD
inside git clone -q /daypulse.bundle /srv/daypulse
if [ $# -eq 0 ]; then
    set -- test
fi
echo "bare: Debian $(cat "$root/etc/debian_version"), $(git -C "$source" log -1 --format=%h), ./dev $*"
inside bash -c 'cd /srv/daypulse && time ./dev "$@"' bash "$@"
