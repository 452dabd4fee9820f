"""
What the processes of a cluster of our own do at their beginning and end: an interruption is for the process
that was started, and when that ends them, their tasks end first, and with those the git that works for them.

Dask runs both functions (distributed.dask.org, "Customize initialization").
"""

from __future__ import annotations

import signal

from pregate.fleet.limit import end_all


def dask_setup(worker: object) -> None:  # noqa: ARG001 - Dask gives it
    """Passes over Ctrl-C, of which a terminal tells every process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def dask_teardown(worker: object) -> None:  # noqa: ARG001 - Dask gives it
    """Ends the tasks that are being done: what they do is for nobody."""
    end_all()
