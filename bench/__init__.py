"""Measures pregate against the tools that it runs; see docs/performance.md."""
