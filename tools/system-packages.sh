#!/bin/sh
# system-packages.sh COMMAND:PACKAGE…: install each Debian package whose command isn't there; as root only.
set -eu
missing=
for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "missing:$missing. Install it (on Debian, as root: apt-get install$missing) and call make again." >&2
    exit 1
fi
echo "installing$missing …" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get install -y -qq $missing >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq $missing >/dev/null; }
