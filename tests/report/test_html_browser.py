"""The HTML report in a real browser: what its script shows, and that nothing else runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pregate.model import (
    Completed,
    Confidence,
    Counts,
    Decision,
    Failed,
    Fix,
    Judged,
    Related,
    Rule,
    State,
    Verdict,
)
from pregate.report import html
from pregate.report.html.history import point_of
from tests.report import sample
from tests.report.browser import Browser

pytestmark = pytest.mark.browser

PAYLOADS = (
    "<img src=x onerror=\"document.title='pwned'\">",
    "</script><script>document.title='pwned'</script>",
    "</noscript><svg onload=\"document.title='pwned'\"></svg>",
    "</title></style><iframe src=\"javascript:parent.document.title='pwned'\"></iframe>",
    '" autofocus onfocus="document.title=\'pwned\'" x="',
    "' onclick='document.title=1' x='<!--",
    "javascript:document.title='pwned'",
    "\u2028</textarea>&lt;img src=x onerror=x&gt;\u202e{{7*7}}${7*7}",
)
ELEMENTS = {
    *("HTML", "HEAD", "META", "TITLE", "STYLE", "BODY", "A", "HEADER", "NAV", "MAIN", "FOOTER", "SCRIPT"),
    *(
        "SECTION",
        "H1",
        "H2",
        "H3",
        "H4",
        "P",
        "UL",
        "OL",
        "LI",
        "DL",
        "DT",
        "DD",
        "DIV",
        "SPAN",
        "CODE",
        "KBD",
    ),
    *("TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "DETAILS", "SUMMARY", "NOSCRIPT", "PRE", "MARK", "STRONG"),
    *("FORM", "FIELDSET", "LEGEND", "LABEL", "INPUT", "SELECT", "OPTION", "BUTTON"),
    *("svg", "g", "rect", "path", "text", "title"),
}
LISTED = "[...document.querySelectorAll('#list > li')]"
STATUS = "document.getElementById('status').textContent"
FOCUS = "document.activeElement.id || document.activeElement.querySelector('.where')?.textContent"


def many(number: int) -> tuple[Judged, ...]:
    """Findings of all states and severities, in many files; every tenth is new."""
    kinds = (sample.shell_finding(), sample.key_finding(), sample.wide_finding())
    states = (State.NEW, *[State.BELOW_THRESHOLD] * 2, *[State.PRE_EXISTING] * 6, State.SUPPRESSED)
    made = []
    for n in range(number):
        kind = kinds[n % 3]
        place = replace(kind.location, path=f"service-{n % 7}/file-{n}.py")
        made.append(sample.judged(states[n % 10], replace(kind, location=place)))
    return tuple(made)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of these tests, as files."""
    large = sample.verdict_of(many(10_000), sample.outcomes()[:3], Decision.FAILED)
    verdicts = {"full": sample.full(), "clean": sample.clean(), "large": large, "hostile": hostile()}
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for name, verdict in verdicts.items():
        earlier = [replace(point_of(sample.full()), ended_ms=86_400_000 * n) for n in range(1, 9)]
        made[name] = folder / f"{name}.html"
        made[name].write_text(html.render(verdict, sample.RULES, earlier if name == "full" else ()))
    return made


def hostile() -> Verdict:
    """Payloads in every text that a tree, a database or a configuration can choose."""
    found = []
    for number, text in enumerate(PAYLOADS):
        rule = Rule(f"python/{text}", text, text, f"{text}\n\n- {text}\n\n```\n{text}\n```\n`{text}`",
                    sample.SHELL.severity, text, (79,))  # fmt: skip
        place = replace(sample.shell_finding().location, path=f"a/{text}")
        made = replace(
            sample.shell_finding(), rule=rule, message=text, location=place, snippet=text, remedy=f"x {text}",
            aliases=(text,), related=(Related(place, text),), properties=((text, text),), commit=text,
            suppressed_by=text, excused=text, fixes=(Fix(text, 1, 2, text),), ordinal=number,
        )  # fmt: skip
        found.append(sample.judged(State.SUPPRESSED if number % 2 else State.NEW, made))
    unread = replace(sample.unread()[0], path=PAYLOADS[0], detail=PAYLOADS[2])
    outcomes = (
        Completed("secrets", (), (unread,), Counts(4, 3), PAYLOADS),
        Failed("iam", PAYLOADS[0], PAYLOADS[1], Counts(1)),
        Completed("python", (), (), Counts(3, 3)),
    )
    words = {"reasons": PAYLOADS, "change": PAYLOADS[0], "head": PAYLOADS[1], "fail_on": "low"}
    return sample.verdict_of(tuple(found), outcomes, Decision.FAILED, **words)


@pytest.fixture(autouse=True)
def nothing_is_asked_for_or_complained_about(browser: Browser) -> Iterator[None]:
    yield
    assert [address for address in browser.requests if not address.startswith(("file:", "about:"))] == []
    assert len(browser.requests) <= 1
    assert browser.console == []


def opened(browser: Browser) -> list[Any]:
    paths: list[Any] = browser.run(f"{LISTED}.map((li) => li.querySelector('.where').textContent)")
    return paths


# ---------------------------------------------------------------------------------------------- what is shown


def test_the_verdict_the_charts_and_the_findings_are_there(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["full"])
    assert browser.run("document.querySelector('h1').textContent") == "Incomplete"
    assert browser.run(STATUS) == "9 findings"
    assert opened(browser)[:2] == ["deploy/settings.py:3", "src/app.py:12"]
    assert browser.run("document.querySelectorAll('svg.trend rect').length") > 20


def test_a_finding_shows_code_reason_fix_suppression_and_references(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.open(pages["full"])
    browser.run(f"{LISTED}[1].querySelector('button').click()")
    shown = browser.run(f"{LISTED}[1].querySelector('.body').innerText")
    for words in (
        *("A shell reads the command line", "Pass a list of arguments", 'subprocess.run(["ls", path])'),
        *(
            f"pregate suppress {sample.shell_finding().fingerprint} --reason",
            "# pregate: ignore[python/B602]",
        ),
        *("# nosec B602", "CWE-78", "src/app.py:4", "subprocess is imported here", "B602"),
    ):
        assert words in shown
    assert browser.run("document.querySelector('mark').textContent") == "subprocess.call(command, shell=True)"
    links = browser.run("[...document.querySelectorAll('#list a')].map((a) => [a.href, a.rel])")
    assert links == [
        [sample.SHELL.help_uri, "noopener noreferrer"],
        ["https://cwe.mitre.org/data/definitions/78.html", "noopener noreferrer"],
    ]


def test_a_suppressed_finding_says_by_what(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["full"], "#state=suppressed")
    browser.run(f"{LISTED}[0].querySelector('button').click()")
    shown = browser.run(f"{LISTED}[0].querySelector('.body').innerText")
    assert shown.partition("Suppressed by")[2].strip().startswith("# nosec B602")
    assert "pregate suppress" not in shown


def test_a_report_without_findings_says_so(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["clean"], "#state=new")
    assert "No findings." in browser.run("document.getElementById('findings').innerText")


def test_without_scripts_what_fails_is_listed(browser: Browser, pages: dict[str, Path]) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(pages["full"])
        assert "deploy/settings.py:3" in browser.run("document.querySelector('.plain').innerText")
        assert browser.run("document.getElementById('browser').offsetHeight") == 0
        assert browser.run("document.getElementById('theme').offsetHeight") == 0
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


# ---------------------------------------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("fragment", "number"),
    [
        ("#state=new", 5),
        ("#state=below-threshold,suppressed", 3),
        ("#severity=medium", 1),
        ("#severity=critical,low&state=new", 1),
        ("#check=secrets", 1),
        ("#rule=python%2FB101", 1),
        ("#confidence=low", 1),
        ("#q=old.py", 1),
        ("#q=cve-2026-0001", 1),
        ("#q=B602%20app", 3),
        ("#q=nowhere", 0),
        ("#state=no-such-state&check=none&sort=none", 9),
        ("#main", 9),
        ("#=&&%", 9),
    ],
)
def test_filters_in_the_address(browser: Browser, pages: dict[str, Path], fragment: str, number: int) -> None:
    browser.open(pages["full"], fragment)
    assert len(opened(browser)) == number
    assert browser.run(STATUS) == ("9 findings" if number == 9 else f"{number} of 9 findings")


def test_what_is_chosen_on_the_page_is_kept_in_the_address(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["full"])
    browser.run("document.querySelector('input[value=new]').click()")
    browser.run("document.getElementById('by-check').focus()")
    browser.write("python")
    assert browser.run("location.hash") == "#state=new"
    browser.run("document.getElementById('q').focus()")
    browser.write("src/app")
    assert browser.run(STATUS) == "2 of 9 findings"
    assert browser.run("location.hash") == "#state=new&q=src%2Fapp"
    browser.run("document.querySelector('[type=reset]').click()")
    browser.settle()
    assert browser.run(STATUS) == "9 findings"
    assert browser.run("location.hash") == ""


def test_a_number_of_a_chart_leads_to_what_it_counts(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["full"])
    for number in range(browser.run("document.querySelectorAll('.chart td a').length")):
        browser.run(f"document.querySelectorAll('.chart td a')[{number}].click()")
        browser.settle()
        counted = browser.run(f"document.querySelectorAll('.chart td a')[{number}].textContent")
        assert len(opened(browser)) == int(counted)


@pytest.mark.parametrize(
    ("order", "first"),
    [("", "deploy/settings.py:3"), ("path", "deploy/settings.py:3"), ("rule", "requirements.txt:2")],
)
def test_orders(browser: Browser, pages: dict[str, Path], order: str, first: str) -> None:
    browser.open(pages["full"], f"#sort={order}")
    assert opened(browser)[0] == first


def test_a_link_to_one_finding_opens_it(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["full"], f"#finding={sample.shell_finding().fingerprint}")
    assert browser.run(FOCUS) == "src/app.py:12"
    assert browser.run("document.activeElement.getAttribute('aria-expanded')") == "true"
    browser.settle()
    assert 0 <= browser.run("document.activeElement.getBoundingClientRect().top") < 800


# ---------------------------------------------------------------------------------------------- many findings


def test_ten_thousand_findings_are_filtered_and_shown_in_batches(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.open(pages["large"])
    assert browser.run(STATUS) == "10,000 findings"
    assert browser.run(f"{LISTED}.length") == 100
    browser.run("document.getElementById('more').click()")
    assert browser.run(f"{LISTED}.length") >= 200
    browser.run("document.querySelector('input[value=new]').click()")
    assert browser.run(STATUS) == "1,000 of 10,000 findings"
    browser.run("document.getElementById('q').focus()")
    browser.write("service-3/ file-20")
    assert browser.run(STATUS) == "1 of 10,000 findings"
    assert opened(browser) == ["service-3/file-2040.py:12"]


def test_more_are_shown_where_the_list_ends_in_sight(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["large"])
    browser.run("document.getElementById('more').scrollIntoView()")
    browser.settle()
    browser.settle()
    assert browser.run(f"{LISTED}.length") >= 200


def test_the_last_of_ten_thousand_findings_has_a_link_too(browser: Browser, pages: dict[str, Path]) -> None:
    last = many(10_000)[-1].finding
    browser.open(pages["large"], f"#finding={last.fingerprint}")
    assert browser.run(FOCUS) == f"{last.location.path}:{last.location.start_line}"


# ------------------------------------------------------------------------------------------ keyboard, readers


def test_all_can_be_done_with_keys(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["full"])
    browser.press("Tab")
    assert browser.run("document.activeElement.className") == "skip"
    browser.press("/")
    assert browser.run(FOCUS) == "q"
    browser.write("src/")
    browser.press("/")
    assert browser.run("document.getElementById('q').value") == "src//"
    browser.press("Escape")
    assert browser.run(STATUS) == "9 findings"
    browser.press("ArrowDown")
    browser.press("ArrowDown")
    assert browser.run(FOCUS) == "src/app.py:12"
    browser.press("Enter")
    assert browser.run("document.activeElement.getAttribute('aria-expanded')") == "true"
    browser.press("Enter")
    assert browser.run("document.activeElement.getAttribute('aria-expanded')") == "false"
    browser.press("ArrowUp")
    browser.press("ArrowUp")
    assert browser.run(FOCUS) == "q"


def test_the_focus_can_be_seen_wherever_it_stands(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["full"])
    seen = set()
    for _ in range(40):
        browser.press("Tab")
        shown, name = browser.run(
            "[[document.activeElement, document.activeElement.parentElement].some((e) => parseFloat("
            "getComputedStyle(e).outlineWidth) >= 2), document.activeElement.outerHTML.slice(0, 80)]"
        )
        assert shown, name
        seen.add(name)
    assert len(seen) > 30


def test_a_screen_reader_finds_landmarks_and_names(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["full"], f"#finding={sample.shell_finding().fingerprint}")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    named = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if not n["ignored"]]
    roles = [role for role, _ in named]
    for role in ("banner", "navigation", "main", "search", "contentinfo", "status", "list"):
        assert role in roles
    for role, name in named:
        if role in ("button", "checkbox", "combobox", "searchbox", "link", "image", "region", "heading"):
            assert name.strip(), role
    assert (
        browser.run("document.querySelectorAll('[tabindex=\"0\"]:not([role=group][aria-label])').length") == 0
    )
    levels = browser.run("[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    identifiers = browser.run("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(identifiers) == len(set(identifiers))


CONTRAST = """(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => v / 255 <= .04045 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => [r, g, b].map(linear)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor);
      if (c[3] === 255) return c;
    }
    return [255, 255, 255, 255];
  };
  const weak = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility() || e.closest('noscript, script')) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(rgba(e.closest('svg') ? style.fill : style.color)), light(ground(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) weak.push([e.outerHTML.slice(0, 100), ratio]);
  }
  return weak;
})()"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser: Browser, pages: dict[str, Path], theme: str) -> None:
    browser.open(pages["full"], f"#theme={theme}&finding={sample.shell_finding().fingerprint}")
    assert browser.run(CONTRAST) == []


def test_the_theme_follows_the_system_and_can_be_changed(browser: Browser, pages: dict[str, Path]) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    browser.open(pages["full"])
    light = browser.run(ground)
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    dark = browser.run(ground)
    browser.run("document.getElementById('theme').click()")
    assert browser.run(ground) == light != dark
    assert browser.run("location.hash") == "#theme=light"
    browser.call("Emulation.setEmulatedMedia", features=[])


@pytest.mark.parametrize("name", ["full", "clean", "hostile"])
def test_a_narrow_window_needs_no_scrolling_to_the_side(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    browser.open(pages[name], width=390)
    browser.run(f"{LISTED}.forEach((li) => li.querySelector('button').click())")
    browser.settle()
    assert browser.run("document.documentElement.scrollWidth") == 390


# ---------------------------------------------------------------------------------------------- hostile texts


def test_no_text_of_the_tree_becomes_more_than_text(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["hostile"])
    assert browser.run(STATUS) == f"{len(PAYLOADS)} findings"
    browser.run(f"{LISTED}.forEach((li) => li.querySelector('button').click())")
    browser.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    browser.settle()
    assert browser.run("document.title") == "pregate: failed"
    names = set(browser.run("[...document.querySelectorAll('*')].map((e) => e.nodeName)"))
    assert names <= ELEMENTS
    assert browser.run("document.scripts.length") == 2
    attributes = browser.run("[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())")
    assert [name for name in set(attributes) if name.startswith("on") or name in ("src", "style")] == []
    links = browser.run("[...document.querySelectorAll('a')].map((a) => a.protocol)")
    assert set(links) <= {"file:", "https:"}
    shown = browser.run("document.getElementById('list').textContent")
    counts = {
        text: shown.count(text.replace("\u2028", "\\u2028").replace("\u202e", "\\u202e")) for text in PAYLOADS
    }
    assert min(counts.values()) > 5, counts


def test_hostile_texts_can_be_filtered_by(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["hostile"])
    for number in range(len(PAYLOADS)):
        browser.run(f"document.getElementById('by-rule').selectedIndex = {number + 1}")
        browser.run("document.getElementById('filters').dispatchEvent(new Event('input'))")
        assert len(opened(browser)) == 1


@pytest.mark.parametrize(
    ("attempt", "refused"),
    [
        ("document.body.innerHTML = '<img src=x>'", "TrustedHTML"),
        (
            "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))",
            "TrustedScript",
        ),
        ("eval('1')", "unsafe-eval|TrustedScript|Trusted Type"),
        ("new Image().src = 'https://example.org/x.png'", ""),
        ("fetch('https://example.org/').then(() => 'sent')", "Failed to fetch"),
    ],
)
def test_the_policy_refuses_what_a_mistake_would_allow(
    browser: Browser, pages: dict[str, Path], attempt: str, refused: str
) -> None:
    browser.open(pages["full"])
    if refused:
        with pytest.raises(AssertionError, match=refused):
            browser.run(attempt)
    else:
        browser.run(attempt)
        browser.settle()
    assert all("violates" in words or "Refused" in words or "requires" in words for words in browser.console)
    browser.console.clear()
    assert len(browser.requests) <= 2
    browser.requests.clear()


def test_confidence_is_one_of_the_words_that_the_filter_offers(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.open(pages["full"])
    offered = browser.run("[...document.getElementById('by-confidence').options].map((o) => o.value)")
    assert sorted(offered) == sorted(["", *(c.word for c in Confidence)])
