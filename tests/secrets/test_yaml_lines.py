"""What is said of a YAML file without reading it as detect-secrets does: every line that it could make."""

from __future__ import annotations

import random

import pytest
import yaml

from pregate.secrets import views
from pregate.secrets.yaml_lines import possible_lines
from tests.examples import examples

_SCALARS = (
    *("abc", '"q s"', "'s'", "foo bar", "1", "~", "x#y", "", '"a\n{0}  b"', "plain\n{0}  more"),
    *("|\n{0}  block\n{0}  more", ">-\n{0}  fold", "&a x", "*a", "!t y"),
)


def test_no_line_of_the_reader_is_missing() -> None:
    decided = 0
    for seed in range(examples(250, 4000)):
        rng = random.Random(seed)
        text = rng.choice(("", "---\n", "# top\n")) + block(rng, 0, 0) + rng.choice(("", "# end\n"))
        made = lines_of(text)
        reader = views._yaml(text, (), None)
        if made is not None and reader is not None:
            decided += 1
            assert {line for line in reader.lines if line} <= set(made), text
    assert decided > 100


@pytest.mark.parametrize("text", ["a: !t b", "? [a]\n: b", "a: &x b\nc: *x"])
def test_what_only_the_reader_can_tell_is_left_to_it(text: str) -> None:
    assert lines_of(text) is None


def test_a_comment_is_tried_with_the_values_near_it() -> None:
    assert lines_of("a: b # one\nc:\n  - d: e\n") == ['a: "b"', 'a: "b" # one', 'd: "e"']


def test_a_long_text_full_of_what_could_be_comments_is_left_to_the_reader() -> None:
    text = "a: |\n" + "".join(f"  word # {number}\n" for number in range(5000))
    assert lines_of(text) is None


def lines_of(text: str) -> list[str] | None:
    try:
        return possible_lines(list(yaml.parse(text, Loader=yaml.CSafeLoader)), text.splitlines(), yaml)
    except yaml.YAMLError:
        return None


def comment(rng: random.Random) -> str:
    return rng.choice(("", "", "", f" # c{rng.randint(0, 99)}", f'  # d{rng.randint(0, 99)} "x"'))


def gap(rng: random.Random, indent: int) -> str:
    full = " " * indent + f"# full {rng.randint(0, 99)}\n"
    return rng.choice(("", "", "", "\n", full, f"\n# left {rng.randint(0, 9)}\n\n", "   # x\n"))


def block(rng: random.Random, indent: int, depth: int) -> str:
    pad = " " * indent
    keys = (f"k{rng.randint(0, 9)}", f'"k{rng.randint(0, 9)}"', f"? k{rng.randint(0, 9)}\n{pad}")
    return "".join(
        gap(rng, indent) + pad + rng.choice(keys) + ":" + node(rng, indent, depth)
        for _ in range(rng.randint(1, 4))
    )


def node(rng: random.Random, indent: int, depth: int) -> str:
    pad, kind = " " * indent, rng.random()
    if depth > 2 or kind < 0.45:
        head, _, rest = rng.choice(_SCALARS).partition("\n")
        if head in ("|", ">-"):
            return f" {head}{comment(rng)}\n{rest.format(pad)}\n"
        return f" {head}{chr(10) * bool(rest)}{rest.format(pad)}{comment(rng)}\n"
    if kind < 0.6:
        return f" {flow(rng)}{comment(rng)}\n"
    if kind < 0.8:
        return comment(rng) + "\n" + block(rng, indent + 2, depth + 1)
    items = (
        node(rng, indent + 2, depth + 1) if rng.random() < 0.6 else " k:" + node(rng, indent + 4, depth + 1)
        for _ in range(rng.randint(1, 3))
    )
    return comment(rng) + "\n" + "".join(f"{gap(rng, indent)}{pad}-{item}" for item in items)


def flow(rng: random.Random) -> str:
    between = rng.choice((", ", ",\n      ", f", # f{rng.randint(0, 99)}\n      "))
    first = rng.choice(("", " ", "\n      ", " # g1\n     "))
    if rng.random() < 0.6:
        values = ("v", '"w"', "[a, b]", "{z: y}")
        pairs = (f"k{rng.randint(0, 9)}: {rng.choice(values)}" for _ in range(rng.randint(0, 3)))
        return "{" + first + between.join(pairs) + rng.choice(("", "\n     ")) + "}"
    items = ("a", '"b"', "{m: n}", "{o: p, q: r}", "s: t")
    return "[" + between.join(rng.choice(items) for _ in range(rng.randint(0, 3))) + "]"
