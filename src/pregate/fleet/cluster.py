"""
The same jobs on Dask: a cluster of this machine's processes, or a scheduler that is there.

Only this module knows ``distributed``, which comes with the extra ``fleet``. A cluster of our own listens on
loopback with TLS, whose certificate is made for the run: Dask unpickles what reaches it, so nobody else may.
Its HTTP servers, which Dask starts always, have no pages.

Dask reads its configuration from its own folders and from variables named ``DASK_…``, never from the current
folder; what is scanned has no say in it. Docs: distributed.dask.org, "Configure", "Resilience", "TLS/SSL".
"""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pregate.errors import RemoteError, UsageError
from pregate.fleet.pool import DIED
from pregate.fleet.running import Lost
from pregate.fleet.tasks import Answer, Job, scan_one

if TYPE_CHECKING:
    from distributed import Client, Future

_NO_PAGES: dict[str, list[str]] = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
_TICK = 0.5
_CONNECT = 30  # seconds for a scheduler to answer
_ASK_AGAIN = 5.0  # seconds between two questions for the workers
_NOBODY = 180.0  # seconds without a worker after which nothing is waited for
_AHEAD = 4  # jobs for each thread of the cluster that are handed to the scheduler
_AHEAD_MIN = 64


class Cluster:
    """
    An executor on Dask; ``place`` is ``local:N`` or a scheduler's address, ``folder`` a local cluster's
    scratch space. A context manager. Raises UsageError where Dask is not installed or the place is none,
    RemoteError where the scheduler cannot be reached.
    """

    def __init__(self, place: str, folder: str, work: Callable[[Job], Answer] = scan_one) -> None:
        self._place = place
        self._folder = folder
        self._work = work
        self._open = contextlib.ExitStack()
        self._client: Client | None = None

    def __enter__(self) -> Self:
        try:
            import dask
            import distributed
        except ImportError as error:
            raise UsageError("Dask is not installed", "pip install 'pregate[fleet]'") from error
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        kind, _, number = self._place.partition(":")
        with contextlib.ExitStack() as stack:
            # A job of ours that lost its process is tried again by us, alone.
            stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": 1}))
            target: Any = self._place
            if kind == "local":
                stack.enter_context(dask.config.set({"temporary-directory": self._folder, **_NO_PAGES}))
                target = stack.enter_context(self._local(_count(number)))
            elif not self._place.startswith(("tcp://", "tls://")):
                raise UsageError(
                    "--dask names no cluster", "Write local:N, tcp://HOST:PORT or tls://HOST:PORT."
                )
            try:
                self._client = stack.enter_context(
                    distributed.Client(target, timeout=_CONNECT, set_as_default=False)
                )
            except (OSError, ValueError) as error:
                raise RemoteError("the Dask scheduler cannot be reached", "Is it running there?") from error
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _local(self, count: int) -> Any:
        from distributed import LocalCluster

        return LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            protocol="tls://",
            security=True,
            # Without an address its pages are at port 8787, for every user of the machine.
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
            scheduler_kwargs={"dashboard": False},
            local_directory=self._folder,
            preload=["pregate.fleet.dask_worker"],
            silence_logs=logging.CRITICAL,
        )

    def run(
        self, jobs: Sequence[Job], tick: Callable[[], None], *, alone: bool = False
    ) -> Iterator[tuple[Job, Answer | Lost]]:
        """As :class:`pregate.fleet.running.Executor` says."""
        from distributed import as_completed

        assert self._client is not None  # noqa: S101 - the context is entered
        waiting = list(reversed(jobs))
        flying: dict[Any, tuple[Job, Future[Any]]] = {}
        done = as_completed(loop=self._client.loop)
        crew = _Crew(self._client)
        try:
            while waiting or flying:
                ahead = 1 if alone else max(_AHEAD_MIN, _AHEAD * crew.threads())
                while waiting and len(flying) < ahead:
                    job = waiting.pop()
                    future = self._submitted(job)
                    flying[future.key] = job, future
                    done.add(future)
                began = time.monotonic()
                while not done.has_ready() and time.monotonic() - began < _TICK:
                    time.sleep(0.01)
                for future in done.next_batch(block=False) if done.has_ready() else ():
                    yield flying.pop(future.key)[0], _answer_of(future)
                    future.release()
                tick()
        except OSError as error:
            raise _lost() from error
        finally:
            with contextlib.suppress(OSError):  # of a scheduler that is gone
                for _, future in flying.values():
                    future.cancel()

    def _submitted(self, job: Job) -> Future[Any]:
        assert self._client is not None  # noqa: S101 - the context is entered
        key = f"pregate-{job.repository.slug}-{uuid.uuid4().hex}"
        with warnings.catch_warnings():
            # What the parts of a repository found goes once to one worker.
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
            return self._client.submit(self._work, job, key=key, pure=False)


class _Crew:
    """How many threads the cluster has; asked now and then."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._threads = 1
        self._asked = 0.0
        self._seen = time.monotonic()

    def threads(self) -> int:
        """Raises RemoteError where there were none for some minutes."""
        now = time.monotonic()
        if now - self._asked > _ASK_AGAIN:
            self._asked = now
            self._threads = sum(self._client.nthreads().values())
            self._seen = now if self._threads else self._seen
            if now - self._seen > _NOBODY:
                raise RemoteError(
                    "the Dask cluster has no worker", "Start some, and run the same command again."
                )
        return self._threads


def _lost() -> RemoteError:
    return RemoteError("the Dask scheduler was lost", "Run the same command again: it goes on.")


def _count(number: str) -> int:
    if number.isascii() and number.isdigit() and len(number) < 5 and int(number) > 0:
        return int(number)
    raise UsageError("--dask local:N needs a number of processes", "For example --dask local:4.")


def _answer_of(future: Future[Any]) -> Answer | Lost:
    from distributed import CancelledError, KilledWorker

    if future.status == "cancelled":
        raise _lost()
    error = future.exception()
    if error is None:
        try:
            # Where its worker died since, the answer is worked out anew: it may be that this fails.
            answer = future.result()
        except (KilledWorker, CancelledError):
            return Lost(DIED)
        return answer if isinstance(answer, Answer) else Lost("its worker runs another pregate", is_bug=True)
    if isinstance(error, KilledWorker):
        return Lost(DIED)
    return Lost(f"pregate has a bug: {type(error).__name__}", is_bug=True)
