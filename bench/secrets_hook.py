"""
``python -m bench.secrets_hook FILE …``: the search for secrets in a few files in a fresh process, without git
and without a report; what it imports is all that it needs.
"""

import sys

from pregate.secrets.scan import scan


def main(paths: list[str]) -> int:
    """1 when there is a secret in one of the files."""
    found = 0
    for path in paths:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib is not loaded for it
            found += len(scan(path, file.read()).secrets)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
