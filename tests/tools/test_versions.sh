#!/bin/sh
# Runs the fast tests under other Pythons, each in a virtual environment .venv-VERSION of its own.
# Usage: test_versions.sh [PYTHON…]   Each is a version ("3.13") or a program ("/usr/bin/python3.13").
# Variable TARGET: what `make` makes with each instead.
# Without any: every supported version, other than that of `python3`, that is on PATH or among pyenv's.
set -eu
cd "$(dirname "$0")/../.."

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

# The program of a version: pyenv's shims are on PATH for versions that they then refuse to start.
find_python() {
    case $1 in
        */*) echo "$1"; return ;;
    esac
    if [ "$(version_of "python$1")" = "$1" ]; then
        command -v "python$1"
    elif command -v pyenv >/dev/null; then
        find "$(pyenv root)/versions" -path "*/$1.*/bin/python" | sort -V | tail -1
    fi
}

if [ $# -eq 0 ]; then
    own=$(version_of "${PYTHON:-python3}")
    for version in 3.11 3.12 3.13 3.14; do
        if [ "$version" != "$own" ] && [ -n "$(find_python "$version")" ]; then
            set -- "$@" "$version"
        fi
    done
fi
if [ $# -eq 0 ]; then
    echo "no other supported Python is on PATH or among pyenv's: make test-versions PYTHONS='PROGRAM …'" >&2
    exit 69
fi
for wanted in "$@"; do
    python=$(find_python "$wanted")
    if [ -z "$python" ] || ! version=$(version_of "$python"); then
        echo "Python $wanted is not on PATH nor among pyenv's" >&2
        exit 69
    fi
    echo "Python $version: $python"
    "${MAKE:-make}" --no-print-directory "${TARGET:-test-fast}" PYTHON="$python" VENV=".venv-$version"
done
