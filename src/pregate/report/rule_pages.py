"""A rule in full: what it is, why it matters, examples, how to fix, how to suppress, references."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from pregate.model import Rule
from pregate.report import markdown
from pregate.report.examples import Example
from pregate.report.visible import one_line, visible
from pregate.report.words import suppression_of

_SPAN = re.compile(r"`[^`]{1,100}`")
_GLUE = "\0"  # no text holds it any more once it is on one line
CWE_PAGE = "https://cwe.mitre.org/data/definitions/{}.html"


def render_text(rule: Rule, example: Example | None, width: int = 100) -> str:
    """The page for a terminal, ``width`` cells wide; ends with a line end."""
    sections = [
        ("Why", indented(rule.description, width)),
        *_blocks(example, width),
        ("How to fix", indented(rule.remedy, width)),
        ("How to suppress", "\n".join(indented(f"- {way}", width) for way in ways_to_suppress(rule))),
        ("References", "\n".join(f"  {one_line(address)}" for address in references_of(rule))),
    ]
    head = f"{one_line(rule.id)}  ({rule.severity.word}{cwe_words(rule)})\n{one_line(rule.title)}\n"
    return head + "".join(f"\n{name}\n{text}\n" for name, text in sections if text.strip())


def _blocks(example: Example | None, width: int) -> list[tuple[str, str]]:
    if example is None:
        return []
    blocks = [(title, textwrap.indent(_printable(text), "    ")) for title, text in example.parts]
    return [*blocks, ("Note", indented(example.note, width))]


def _printable(text: str) -> str:
    return "\n".join(visible(line) for line in text.split("\n"))


def render_markdown(rule: Rule, example: Example | None, *, above: str = "") -> str:
    """The page as Markdown; ends with a line end. ``above`` is a line of Markdown that leads back."""
    numbers = ", ".join(markdown.link(f"CWE-{n}", CWE_PAGE.format(n)) for n in rule.cwe)
    parts = [
        f"# {markdown.code(rule.id)}: {markdown.escape(rule.title)}",
        above,
        f"Usually **{rule.severity.word}**.{f' {numbers}.' if numbers else ''}",
        f"## Why it matters\n\n{markdown.prose(rule.description)}" if rule.description else "",
        _examples(example),
        f"## How to fix\n\n{markdown.prose(rule.remedy)}" if rule.remedy else "",
        f"## How to suppress\n\n{_listed([markdown.inline(way) for way in ways_to_suppress(rule)])}",
        _references(rule),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _examples(example: Example | None) -> str:
    if example is None:
        return ""
    parts = [
        f"## {title}\n\n{markdown.fenced(text, language=example.language)}" for title, text in example.parts
    ]
    return "\n\n".join([*parts, *([markdown.inline(example.note)] if example.note else [])])


def _references(rule: Rule) -> str:
    addresses = references_of(rule)
    return f"## References\n\n{_listed([markdown.link(a, a) for a in addresses])}" if addresses else ""


def _listed(entries: Sequence[str]) -> str:
    return "\n".join(f"- {entry}" for entry in entries)


def cwe_words(rule: Rule) -> str:
    """``, CWE-78``, or ``""``."""
    return "".join(f", CWE-{number}" for number in rule.cwe)


def references_of(rule: Rule) -> tuple[str, ...]:
    """Addresses to read on, the rule's own first."""
    own = (rule.help_uri,) if rule.help_uri else ()
    return tuple(dict.fromkeys((*own, *(CWE_PAGE.format(number) for number in rule.cwe))))


def ways_to_suppress(rule: Rule) -> tuple[str, ...]:
    """How findings of a rule are suppressed, a sentence with code spans for each way."""
    own = suppression_of(rule)
    return (
        *([f"{own[0].upper()}{own[1:]}."] if own else []),
        f"A comment in the file, where it has comments: `# {inline_words(rule.id)}`.",
        '`pregate suppress FINGERPRINT --reason "…"` for one finding; it stays when its lines move.',
    )


def inline_words(rule_id: str) -> str:
    """What a comment says that suppresses the rule's findings there; the reason is left to fill in."""
    return f'pregate: ignore[{rule_id}] reason="…"'


def indented(text: str, width: int) -> str:
    """Prose wrapped to ``width`` and indented by two; fenced and indented blocks as they are."""
    lines: list[str] = []
    is_code = False
    for line in text.strip("\n").split("\n"):
        if line.strip().startswith("```"):
            is_code = not is_code
        elif is_code or line.startswith("    "):
            lines.append(visible(line.expandtabs(4)))
        else:
            lines += _wrapped(line, max(width - 2, 20))
    return "\n".join(f"  {line}".rstrip() for line in lines)


def _wrapped(line: str, width: int) -> list[str]:
    """A paragraph; a code span stays on one line, and what follows a dash is indented."""
    glued = _SPAN.sub(lambda found: found[0].replace(" ", _GLUE), one_line(line))
    hang = "  " if line.startswith("- ") else ""
    lines = textwrap.wrap(
        glued, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
    )
    return [part.replace(_GLUE, " ") for part in lines] or [""]
