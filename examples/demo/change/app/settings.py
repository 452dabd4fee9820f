"""Where the report goes."""

BUCKET = "shop-reports"
AWS_ACCESS_KEY_ID = "@ACCESS_KEY@"
