"""Secrets in text: detect-secrets' detectors on bytes in memory, and masking of what they find."""
