#!/bin/sh
# make-venv.sh PYTHON VENV REQUIREMENTS: a virtual environment with the pinned packages and this project in it.
set -eu
python=$1 venv=$2 requirements=$3

"$python" - <<'PY' || exit 1
import sys
if sys.version_info < (3, 11):
    sys.exit(f"Snapshotter needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 …")
PY

# Debian ships python3 without ensurepip; its package python3-venv brings it
if ! [ -x "$venv/bin/pip" ]; then
    rm -rf "$venv"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || sh tools/system-packages.sh venv:python3-venv
    echo "setting up $venv …" >&2
    "$python" -m venv "$venv"
fi
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
