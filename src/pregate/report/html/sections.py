"""The parts of the page that need no script: the verdict, the checks, what was not analysed, a plain list."""

from __future__ import annotations

from collections import Counter
from typing import assert_never

from pregate.model import (
    CheckSummary,
    Completed,
    Decision,
    Failed,
    Finding,
    Skipped,
    State,
    Unread,
    Verdict,
)
from pregate.report.html.charts import STATE_WORDS, moment, scrolled, shown
from pregate.report.html.data import ORDER, in_order
from pregate.report.html.markup import Markup, element, joined
from pregate.report.html.prose import spanned
from pregate.report.visible import clipped, one_line, sentence
from pregate.report.words import (
    NOTHING_SCANNED,
    SKIP_HINTS,
    analysed,
    counts_of,
    headline,
    plural,
    remedy_of,
    unread_of,
    unread_words,
)

PLAIN_MAX = 200
UNREAD_MAX = 1000
TEXT_MAX = 2000
DASH = "–"  # noqa: RUF001 - where a check that did not run has no number

# Drawn on 24 by 24 units with lines of two: a tick, a cross, an exclamation mark.
_ICONS = {
    Decision.PASSED: "M5 13l4 4L19 7",
    Decision.FAILED: "M6 6l12 12M18 6L6 18",
    Decision.INCOMPLETE: "M12 5v9M12 18.5v.5",
}


def verdict_section(verdict: Verdict) -> Markup:
    """The word of the verdict, why it is that, how many findings of each state there are, and the facts."""
    word = verdict.decision.value
    icon = element(
        "svg",
        {"viewBox": "0 0 24 24", "class": "icon", "aria-hidden": "true"},
        element("path", {"d": _ICONS[verdict.decision]}),
    )
    why = clipped(headline(verdict).partition(": ")[2], TEXT_MAX)
    said = [_begun(sentence(clipped(one_line(reason), TEXT_MAX))) for reason in verdict.reasons]
    # the headline of an incomplete run is made of its first reasons
    is_listed = verdict.decision is Decision.INCOMPLETE and len(said) > 1
    reasons = element("ul", {"class": "reasons"}, [element("li", None, spanned(reason)) for reason in said])
    nothing = element("p", {"class": "nothing"}, element("strong", None, "Nothing was scanned: "),
                      f"{NOTHING_SCANNED}.")  # fmt: skip
    return element(
        "section",
        {"class": f"verdict {word}", "aria-labelledby": "verdict"},
        element("div", {"class": "decision"}, icon, element("h1", {"id": "verdict"}, word.capitalize())),
        "" if is_listed else element("p", {"class": "headline"}, spanned(_begun(sentence(why)))),
        reasons if len(said) > 1 else "",
        nothing if analysed(verdict) == 0 and (is_listed or "nothing was scanned" not in why) else "",
        _tiles(verdict),
        _facts(verdict),
    )


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tiles(verdict: Verdict) -> Markup:
    counter = Counter(judged.state for judged in verdict.findings)
    tiles = [
        element(
            "li",
            None,
            element(
                "a",
                {"href": shown(state=state.value), "class": f"tile {state.value}"},
                element("span", {"class": "number"}, f"{counter[state]:,}"),
                element("span", {"class": "label"}, STATE_WORDS[state]),
            ),
        )
        for state in ORDER
    ]
    return element("ul", {"class": "tiles", "aria-label": "Findings by state"}, tiles)


def _facts(verdict: Verdict) -> Markup:
    head = "" if verdict.head.startswith(":") else verdict.head[:12]
    facts = {
        "Change": clipped(one_line(verdict.change), 300),
        "Commit": head,
        "Fails on": "nothing" if verdict.fail_on == "none" else f"{verdict.fail_on} and over",
        "Compared": "with the base" if verdict.compared else "with nothing",
        "Ended": moment(verdict.ended),
        "Took": f"{verdict.seconds:,.1f} s",
    }
    pairs = [
        element("div", None, element("dt", None, name), element("dd", None, value))
        for name, value in facts.items()
        if value
    ]
    return element("dl", {"class": "facts"}, pairs)


# --------------------------------------------------------------------------------------------------- checks


def checks_table(verdict: Verdict) -> Markup:
    """A row for each check: its outcome with the reason, and numbers of files."""
    heads = ("Check", "Outcome", "Concerned", "Analysed", "Unread", "Excluded", "Findings")
    head = [
        element("th", {"scope": "col", "class": "left" if n < 2 else None}, h) for n, h in enumerate(heads)
    ]
    body = element("tbody", None, [_check(summary) for summary in verdict.checks])
    table = element("table", None, element("thead", None, element("tr", None, head)), body)
    return scrolled("Checks", table)


def _check(summary: CheckSummary) -> Markup:
    counts = counts_of(summary.outcome)
    unread = len({entry.path for entry in unread_of(summary)})
    numbers = (counts.concerned, counts.analysed, unread, counts.excluded, sum(n for _, n in summary.tally))
    is_skipped = isinstance(summary.outcome, Skipped)
    cells = [element("td", None, DASH if is_skipped else f"{number:,}") for number in numbers]
    outcome = element("td", {"class": "outcome"}, _outcome(summary))
    return element("tr", None, element("th", {"scope": "row"}, summary.check), outcome, cells)


def _outcome(summary: CheckSummary) -> Markup:
    match summary.outcome:
        case Completed(notes=notes):
            kind = ("completed", "✓ completed") if summary.is_whole else ("partial", "! not whole")
            words = [clipped(one_line(note), TEXT_MAX) for note in notes[:20]]
        case Skipped(reason=reason):
            kind = ("skipped", f"{DASH} skipped")
            hint = SKIP_HINTS.get(reason, "")
            words = [f"{reason.value}{'; ' if hint else ''}{hint}"]
        case Failed(message=message, hint=hint):
            kind = ("failed", "✕ failed")
            words = [clipped(one_line(message), TEXT_MAX), clipped(one_line(hint), TEXT_MAX)]
        case _:
            assert_never(summary.outcome)
    lines = [element("p", {"class": "note"}, spanned(_begun(sentence(w)))) for w in words if w]
    return joined(element("span", {"class": f"chip {kind[0]}"}, kind[1]), lines)


def unread_list(verdict: Verdict) -> Markup:
    """What was not analysed, with the reason; nothing where all was."""
    entries = [(summary.check, entry) for summary in verdict.checks for entry in unread_of(summary)]
    if not entries:
        return Markup()
    heads = ("File", "Check", "Reason")
    head = element("tr", None, [element("th", {"scope": "col", "class": "left"}, name) for name in heads])
    rows = [_unread(check, entry) for check, entry in entries[:UNREAD_MAX]]
    table = element("table", {"class": "unread"}, element("thead", None, head), element("tbody", None, rows))
    rest = len(entries) - UNREAD_MAX
    return element(
        "details",
        {"id": "unread", "open": len(entries) <= 10},
        element(
            "summary", None, f"Not analysed: {plural(len(entries), 'entry').replace('entrys', 'entries')}"
        ),
        scrolled("Not analysed", table),
        element("p", {"class": "note"}, f"And {rest:,} more, which the JSON report lists.")
        if rest > 0
        else "",
    )


def _unread(check: str, entry: Unread) -> Markup:
    place = f"{clipped(entry.path, 500)}{f':{entry.line}' if entry.line else ''}"
    return element(
        "tr",
        None,
        element("th", {"scope": "row", "class": "path"}, place),
        element("td", {"class": "word"}, check),
        element("td", {"class": "word"}, clipped(unread_words(entry), TEXT_MAX)),
    )


# ----------------------------------------------------------------------------------------- without a script


def plain_list(verdict: Verdict) -> Markup:
    """The findings that fail the gate, else the first ones, for who runs no script."""
    failing = [j.finding for j in verdict.findings if j.state is State.NEW]
    found = failing or [judged.finding for judged in in_order(verdict)]
    rest = len(verdict.findings) - len(found[:PLAIN_MAX])
    what = "The new findings" if failing else "The findings"
    intro = f"{what}, without filters, as this browser runs no script."
    more = f"And {rest:,} more of all states, which the JSON report lists."
    return element(
        "noscript",
        None,
        element("p", {"class": "note"}, intro) if found else "",
        element("ul", {"class": "plain"}, [_plain(finding) for finding in found[:PLAIN_MAX]]),
        element("p", {"class": "note"}, more) if rest else "",
    )


def _plain(finding: Finding) -> Markup:
    place = f"{clipped(finding.location.path, 500)}:{finding.location.start_line}"
    return element(
        "li",
        None,
        element("strong", None, finding.severity.word),
        f" {clipped(finding.rule.id, 200)}: {clipped(one_line(finding.rule.title), 200)} ",
        element("code", None, place),
        element("p", None, spanned(clipped(one_line(finding.message), TEXT_MAX))) if finding.message else "",
        element("p", {"class": "block"}, f"Fix: {clipped(remedy_of(finding), TEXT_MAX)}"),
        element("p", None, "Suppress: ", element("code", None, suppress_command(finding.fingerprint))),
    )


def suppress_command(fingerprint: str) -> str:
    """The command that suppresses one finding."""
    return f'pregate suppress {fingerprint} --reason "…"'
