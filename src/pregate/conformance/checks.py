"""What pregate expects of a plug-in's check."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pregate.checks import make_masker
from pregate.checks.base import Check, Target
from pregate.conformance.expecting import expect, pure
from pregate.engine import results
from pregate.engine.analyst import Analyst, Report, Task
from pregate.model import UnreadReason
from pregate.plugins.guard import Guard

_SECONDS = 30
_CUTS = 12  # places at which a sample is cut off
_TROUBLE = (UnreadReason.CRASHED, UnreadReason.TIMED_OUT)


class CheckConformance:
    """
    Subclass it in a test module: ``name`` is that of the entry point, ``make`` its function
    (``staticmethod(make)``), ``samples`` are files by path in which the check finds something, ``clean``
    those in which it finds nothing, ``options`` what the configuration gives. ``huge`` is how many bytes a
    large file has.
    """

    name: ClassVar[str] = ""
    make: ClassVar[Callable[[Mapping[str, object]], Any]]
    options: ClassVar[Mapping[str, object]] = {}
    samples: ClassVar[Mapping[str, bytes]] = {}
    clean: ClassVar[Mapping[str, bytes]] = {}
    huge: ClassVar[int] = 500_000

    # ------------------------------------------------------------------------------------------ the form

    def test_it_has_the_form_of_a_check(self) -> None:
        """Name, version, cost, rules: what pregate looks at before it asks anything."""
        self._guard()
        expect(self.samples, "samples is empty: give files in which the check finds something")

    def test_its_rules_are_always_the_same(self) -> None:
        """They are read when the check is made, in each process again."""
        expect(self._guard().rules() == self._guard().rules(), "two checks of one kind have different rules")

    def test_its_version_is_always_the_same(self) -> None:
        """Results are kept under it: one that changes by itself makes every run analyse everything."""
        expect(
            self._guard().version == self._guard().version, "two checks of one kind have different versions"
        )

    def test_it_knows_which_files_concern_it(self) -> None:
        """By the path alone, whatever the path is; the samples do."""
        guard = self._guard()
        for path in (*self.samples, *self.clean):
            expect(guard.concerns(path, executable=False), f"{path}, a sample, does not concern the check")
        for path in _ODD_PATHS:
            with pure("concerns"):
                guard.concerns(path, executable=True)

    # -------------------------------------------------------------------------------------- the findings

    def test_it_finds_something_in_each_sample(self) -> None:
        """By declared rules, at places within the file: the guard sees to that."""
        for target in self._targets():
            analysis = self._guard().analyse(target)
            expect(analysis.findings or analysis.facts, f"nothing was found in the sample {target.path}")

    def test_it_finds_nothing_in_what_is_clean(self) -> None:
        """Neither a finding nor a file that could not be read."""
        for path, data in self.clean.items():
            analysis = self._guard().analyse(Target(path, data))
            expect(not analysis.findings, f"something was found in {path}, which is clean")
            expect(not analysis.unread, f"{path}, which is clean, could not be read")

    def test_the_same_bytes_give_the_same_answer(self) -> None:
        """From one check twice, and from another one."""
        check = self._guard()
        for target in self._targets():
            first = check.analyse(target)
            expect(check.analyse(target) == first, f"the second look at {target.path} gives something else")
            expect(self._guard().analyse(target) == first, f"another check sees {target.path} in another way")

    def test_the_order_of_files_does_not_matter(self) -> None:
        """Nothing of one file is left for the next."""
        targets = [*self._targets(), *(Target(path, data) for path, data in self.clean.items())]
        one, other = self._guard(), self._guard()
        forth = [one.analyse(target) for target in targets]
        back = [other.analyse(target) for target in reversed(targets)]
        expect(forth == back[::-1], "the order in which files are analysed changes what is found")

    def test_it_reaches_for_nothing_but_the_bytes(self) -> None:
        """No file, no process, no network, nothing printed: the target is all there is."""
        check = self._check()
        for target in self._targets():
            check.analyse(target)  # what is imported late is imported now
            with pure("analyse"):
                check.analyse(target)

    def test_a_secret_in_the_file_is_in_nothing_that_is_told(self) -> None:
        """The engine blanks what it knows to be secret; what it cannot reach must not quote."""
        value = "AKIA" + "Q3EGRM7VZ" + "KWX2TLD"
        for target in self._targets():
            for data in (target.data + f"\n# {value}\n".encode(), f"# {value}\n".encode() + target.data):
                report = self._report(Target(target.path, data))
                told = repr((report.analysis.findings, report.analysis.unread))
                expect(value not in told, f"a secret in {target.path} is quoted in a finding")

    # --------------------------------------------------------------------------------- between processes

    def test_answers_go_from_one_process_to_another(self) -> None:
        """They are pickled, and are equal afterwards."""
        for target in self._targets():
            analysis = self._guard().analyse(target)
            there = pickle.loads(pickle.dumps(analysis))  # noqa: S301 - our own bytes
            expect(there == analysis, f"what is said of {target.path} is another after pickling")

    def test_answers_can_be_kept(self) -> None:
        """As JSON in the cache, facts too: what is read again is equal."""
        guard = self._guard()
        rules = {rule.id: rule for rule in guard.rules()}
        for target in self._targets():
            analysis = guard.analyse(target)
            again = results.load(results.dump(analysis), guard, rules)
            expect(again is not None, f"what is said of {target.path} cannot be read from the cache")
            kept = again and (again.findings, again.facts, again.unread, again.concerned)
            said = (analysis.findings, analysis.facts, analysis.unread, analysis.concerned)
            expect(kept == said, f"what is said of {target.path} is another after it was in the cache")

    # ------------------------------------------------------------------------------------ hostile files

    def test_it_survives_any_bytes(self) -> None:
        """Empty, binary, cut off, in other encodings, nested: an attacker writes these files."""
        for path, data in self._hostile():
            report = self._report(Target(path, data))
            start = data[:40]
            expect(report.failure is None, f"{report.failure} at a file that begins {start!r}")
            reasons = [unread.reason.value for unread in report.analysis.unread if unread.reason in _TROUBLE]
            expect(not reasons, f"{reasons} at a file of {len(data)} bytes that begins {start!r}")

    def test_later_steps_keep_all_files(self) -> None:
        """One analysis for each that they were given, also for none."""
        guard = self._guard()
        analyses = [guard.analyse(target) for target in self._targets()]
        for step in (guard.conclude, guard.recall):
            expect(len(step(analyses).analyses) == len(analyses), "a later step loses files")
            expect(not step([]).analyses, "a later step makes files up")
        expect(guard.dependents(["a", *self.samples], _NoTree()) is not None, "dependents gives nothing")

    # -------------------------------------------------------------------------------------------- within

    def _check(self) -> Check:
        check: Check = type(self).make(dict(self.options))
        return check

    def _guard(self) -> Guard:
        return Guard(self._check(), self.name, "conformance")

    def _targets(self) -> list[Target]:
        return [Target(path, data) for path, data in self.samples.items()]

    def _report(self, target: Target) -> Report:
        guard = self._guard()
        guard.includes(target)
        (report,) = Analyst([guard], make_masker, _SECONDS).work(Task(0, target, (self.name,)))
        return report

    def _hostile(self) -> Iterator[tuple[str, bytes]]:
        for path, data in (*self.samples.items(), *self.clean.items()):
            for odd in _ODD_BYTES:
                yield path, odd
            text = data.decode("utf-8", "replace")
            yield from ((path, text.encode(code)) for code in ("utf-16", "utf-32", "utf-8-sig"))
            yield path, data.replace(b"\n", b"\r\n")
            yield path, data.replace(b"\n", b"\r")
            yield path, data.replace(b" ", b"\0")
            step = max(len(data) // _CUTS, 1)
            yield from ((path, data[:end]) for end in range(0, len(data), step))
            yield path, b"\xff".join(data[n : n + step] for n in range(0, len(data), step))
            yield path, (data + b"\n") * (self.huge // (len(data) + 1))


_ODD_PATHS = ("", "a", "a/b.c", ".", "a" * 5000, "\udcff", "a\nb", "é/ü", "%s{}", "-rf")
_ODD_BYTES = (
    b"",
    b"\n",
    b"\0",
    b"\xff\xfe\xfd",
    bytes(range(256)) * 40,
    b"\xef\xbb\xbf",
    b"a" * 100_000,
    b" " * 100_000,
    b"\n" * 100_000,
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"(" * 100_000 + b")" * 100_000,
    b"<a>" * 50_000,
    "\u2028\u0085\u202e\x0b\x0c".encode() * 1000,
)


class _NoTree:
    """A tree without files."""

    def __call__(self) -> Iterable[str]:
        return ()

    def ending(self, suffixes: Sequence[str]) -> Iterable[str]:  # noqa: ARG002
        """No file."""
        return ()

    def within(self, folders: Collection[str]) -> Iterable[str]:  # noqa: ARG002
        """No file."""
        return ()

    def texts(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:  # noqa: ARG002
        """No file."""
        return iter(())


def check_check(
    name: str,
    make: Callable[[Mapping[str, object]], Any],
    samples: Mapping[str, bytes],
    clean: Mapping[str, bytes] | None = None,
    options: Mapping[str, object] | None = None,
) -> None:
    """Runs all tests of :class:`CheckConformance`. Raises AssertionError, or what the plug-in raises."""
    members = {"name": name, "make": staticmethod(make), "samples": samples}
    members |= {"clean": clean or {}, "options": options or {}}
    run_all(type("Suite", (CheckConformance,), members)())


def run_all(suite: object) -> None:
    """Calls every method of a suite whose name begins with ``test_``."""
    for method in dir(suite):
        if method.startswith("test_"):
            getattr(suite, method)()
