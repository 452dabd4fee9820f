# ruff: noqa: A005 - the folder mirrors src/pregate/secrets
