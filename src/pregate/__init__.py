"""A security gate for changes: one engine for the git hook, the pull request and the scheduled scan."""

__version__ = "0.1.0"
