"""Where the report goes."""

import os

BUCKET = "shop-reports"
AWS_ACCESS_KEY_ID = os.environ.get("AWS_ACCESS_KEY_ID", "")
