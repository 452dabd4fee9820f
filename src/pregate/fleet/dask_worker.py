"""
What the processes of a cluster of our own do first: an interruption is for the process that was started,
which ends them. Dask runs :func:`dask_setup` (distributed.dask.org, "Customize initialization").
"""

from __future__ import annotations

import signal


def dask_setup(worker: object) -> None:  # noqa: ARG001 - Dask gives it
    """Passes over Ctrl-C, of which a terminal tells every process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
