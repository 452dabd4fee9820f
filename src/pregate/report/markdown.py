"""
Markdown as GitHub reads it, in which text of the tree or of a database stays text.

A value ends up in one of three places: a code span (:func:`code`), a fenced block (:func:`fenced`) or
escaped prose (:func:`escape`, :func:`prose`). None of them can make a link, an image, a mention, HTML, a
comment, a heading or a table, or get out of its place. Values never stand in a table: the table syntax reads
``|`` before it reads code spans. Formats: CommonMark 0.31.2; GitHub Flavored Markdown 0.29, "Autolinks
(extension)".
"""

from __future__ import annotations

import re

from pregate.model import Rule
from pregate.report.visible import visible, visible_block
from pregate.report.words import suppression_of

_ACTIVE = re.compile(r"[\\`*_\[\]<>&#|~$!]")  # anywhere in a line; the dollar is GitHub's mathematics
_LEADING = re.compile(
    r"[-+=:]|[0-9]+(?=[.)]$)"
)  # lists, rules, headings and tables, where a word begins a line
_TICKS = re.compile(r"`+")
# What GitHub makes active without any syntax around it: addresses, mentions, emoji, references to pull
# requests and commits.
_LINKABLE = re.compile(
    r"@|://|\bwww\.|\bmailto:|\bxmpp:|#[0-9]|\bGH-[0-9]|\b[0-9a-f]{7,}\b|:[\w+-]+:", re.IGNORECASE | re.ASCII
)
# A code span on one line, and the line that opens a fenced block: what a remedy may use.
SPAN = re.compile(r"(?<!`)(`{1,3})(?!`)([^`\n]{1,300})(?<!`)\1(?!`)")
FENCE = re.compile(r"```[A-Za-z0-9+-]{0,20}")


def code(text: str) -> str:
    """A code span that shows ``text`` on one line, whatever backticks it holds (CommonMark §6.1)."""
    shown = visible(text)
    if not shown.strip():
        return "(blank)"
    ticks = "`" * (max(map(len, _TICKS.findall(shown)), default=0) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def fenced(text: str, indent: str = "", language: str = "") -> str:
    """
    A fenced block that shows ``text``, each line behind ``indent``; its fence is longer than any run of
    backticks within.
    """
    shown = visible_block(text)
    fence = "`" * max(3, max(map(len, _TICKS.findall(shown)), default=0) + 1)
    lines = [fence + language, *shown.split("\n"), fence]
    return "\n".join(indent + line for line in lines)


def escape(text: str) -> str:
    """
    ``text`` as prose on one line: punctuation escaped, words that GitHub would link put into code spans.

    A backslash does not keep GitHub from linking ``@name`` or ``www.example.org``, as it looks at the
    finished text; in code it does not look.
    """
    return " ".join(_word(word) for word in text.split())


def _word(word: str) -> str:
    shown = visible(word)
    if _LINKABLE.search(shown):
        before, core, after = _core(shown)
        return f"{before}{code(core)}{after}"
    escaped = _ACTIVE.sub(r"\\\g<0>", shown)
    lead = _LEADING.match(escaped)
    if not lead:
        return escaped
    digits = lead[0] if lead[0].isdigit() else ""
    return f"{digits}\\{escaped[len(digits) :]}"


def _core(word: str) -> tuple[str, str, str]:
    """A word without the punctuation and the one bracket that belong to the sentence around it."""
    core = word.rstrip(".,;!?") or word
    end = core.endswith(")") and core.count("(") < core.count(")")
    start = core.startswith("(") and core.count("(") > core.count(")") - end
    first, last = int(start), len(core) - int(end)
    return word[:first], word[first:last], word[last:]


def inline(text: str) -> str:
    """:func:`escape` for text that may use code spans: those stay, everything else is escaped."""
    out = ""
    end = 0
    for match in SPAN.finditer(text):
        out = _glued(out, text[end : match.start()], escape(text[end : match.start()]))
        out = _glued(out, match[2], code(match[2].strip()), is_tight=True)
        end = match.end()
    return _glued(out, text[end:], escape(text[end:])).strip()


def _glued(out: str, source: str, rendered: str, *, is_tight: bool = False) -> str:
    """
    ``rendered`` behind ``out`` with the blanks that ``source`` has at its ends; two code spans never touch.
    """
    if not rendered:
        return out + (" " if source else "")
    blank_before = (source[0].isspace() and not is_tight) or (out.endswith("`") and rendered[0] == "`")
    blank_after = source[-1].isspace() and not is_tight
    return out + (" " if blank_before else "") + rendered + (" " if blank_after else "")


def prose(text: str, indent: str = "") -> str:
    """
    Paragraphs, ``-`` lists, fenced blocks and code spans of ``text``; nothing else of Markdown is let
    through.

    This is what a rule's remedy may use.
    """
    out: list[str] = []
    block: list[str] | None = None
    for line in text.split("\n"):
        stripped = line.strip()
        if block is not None:
            if stripped == "```":
                out.append(fenced("\n".join(block), indent))
                block = None
            else:
                block.append(line)
        elif FENCE.fullmatch(stripped):
            block = []
        else:
            out.append(_prose_line(stripped, indent))
    if block is not None:
        out.append(fenced("\n".join(block), indent))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip("\n")


def _prose_line(line: str, indent: str) -> str:
    if not line:
        return ""
    if line.startswith(("- ", "* ")):
        return f"{indent}- {inline(line[2:])}"
    return indent + inline(line)


def link(text: str, uri: str) -> str:
    """A link of ours to a web address; the bare text in code when the address is none."""
    if re.fullmatch(r"https?://[\w.~:/?#@!$&'*+,;=%-]{1,2000}", uri, re.ASCII):
        return f"[{escape(text)}](<{uri}>)"
    return code(uri)


def code_link(text: str, uri: str) -> str:
    """:func:`code` as a link of ours; without an address, or with one that is none, the code alone."""
    if not uri or not re.fullmatch(r"https?://[\w.~:/?#@!$&'*+,;=%-]{1,8000}", uri, re.ASCII):
        return code(text)
    return f"[{code(text)}](<{uri}>)"


def rule_page(rule: Rule, heading: bool = True) -> str:
    """A rule in full: why it matters, how to fix, how to suppress, CWEs, where to read on."""
    suppression = suppression_of(rule)
    parts = [
        f"# {code(rule.id)}: {escape(rule.title)}" if heading else "",
        f"Severity: **{rule.severity.word}**" if heading else "",
        prose(rule.description or rule.title),
        f"**How to fix**\n\n{prose(rule.remedy)}" if rule.remedy else "",
        f"**How to suppress**: {inline(suppression)}." if suppression else "",
        ", ".join(link(f"CWE-{n}", f"https://cwe.mitre.org/data/definitions/{n}.html") for n in rule.cwe),
        link("Read more", rule.help_uri) if rule.help_uri else "",
    ]
    return "\n\n".join(part for part in parts if part)
