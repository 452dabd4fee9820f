"""``python -m pregate``."""

from pregate.entry import main

raise SystemExit(main())
