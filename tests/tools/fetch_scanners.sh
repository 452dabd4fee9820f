#!/bin/sh
# Installs scanners of the package index, each in a virtual environment of its own:
# $PREGATE_TEST_CACHE/tools/NAME (default: .work/tools/NAME). One that is there is left as it is.
# Usage: fetch_scanners.sh NAME…
set -eu
folder="${PREGATE_TEST_CACHE:-.work}/tools"
for name in "$@"; do
  [ -x "$folder/$name/bin/$name" ] && continue
  python3 -m venv "$folder/$name"
  "$folder/$name/bin/python" -m pip install --quiet "$name"
done
