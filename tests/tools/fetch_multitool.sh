#!/bin/sh
# Fetches Microsoft's SARIF Multitool from the npm registry for tests/report/test_multitool.py.
# Usage: fetch_multitool.sh [FOLDER]   (default: $PREGATE_TEST_CACHE/multitool)
# Idempotent: a folder that holds this version is left alone. Needs npm and tar; about 45 MB.
set -eu

version=5.7.0
folder=${1:-${PREGATE_TEST_CACHE:?give a folder, or set PREGATE_TEST_CACHE}/multitool}

if [ -x "$folder/package/Sarif.Multitool" ] && [ "$(cat "$folder/version" 2>/dev/null)" = "$version" ]; then
    exit 0
fi
mkdir -p "$folder"
cd "$folder"
npm pack --silent "@microsoft/sarif-multitool-linux@$version" >/dev/null
tar xzf "microsoft-sarif-multitool-linux-$version.tgz"
rm "microsoft-sarif-multitool-linux-$version.tgz"
chmod +x package/Sarif.Multitool
echo "$version" >version
