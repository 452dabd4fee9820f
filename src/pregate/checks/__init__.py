"""The ordered registry of checks: one line for each."""
