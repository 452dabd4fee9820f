"""``python bench/python_alone.py FILE …``: the python check over some files, with little around it."""

from __future__ import annotations

import sys
from typing import Any

from pregate.checks.base import Target
from pregate.checks.python import PythonCheck


class _Options:
    skip = ()


def main() -> None:
    """Prints how many findings there are."""
    options: Any = _Options()  # the class is in pregate.config
    check, findings = PythonCheck(options), 0
    for path in sys.argv[1:]:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib would be imported for this alone
            findings += len(check.analyse(Target(path, file.read())).findings)
    print(findings)


if __name__ == "__main__":
    main()
