"""``python -m pregate``."""

import os
import sys

# ``python -m`` looks for modules in the current directory first, which is often the tree under judgement:
# its ``yaml.py`` would be run in the place of PyYAML.
try:
    here = os.getcwd()  # noqa: PTH109
except OSError:  # it was deleted
    here = ""
if not sys.flags.safe_path and sys.path and sys.path[0] in ("", here):
    del sys.path[0]

from pregate.entry import main

raise SystemExit(main())
