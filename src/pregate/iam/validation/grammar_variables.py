"""Issues of policy variables: how they are written, and where they mean nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pregate.iam.document import TOKEN, children
from pregate.iam.validation.grammar_conditions import comparisons_of
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.positions import Array, Node, Object, Scalar
from pregate.records import dataclass

# The version that has variables.
WITH_VARIABLES = "2012-10-17"
_COMPARING = ("string", "arn")
_WITHOUT = ("action", "notaction", "principal", "notprincipal", "sid")


@dataclass(frozen=True, slots=True)
class Variable:
    """One ``${…}``: its place in the string, what is between the braces, whether there is a closing one."""

    start: int
    length: int
    content: str
    closed: bool

    @property
    def text(self) -> str:
        """As written."""
        return f"${{{self.content}}}" if self.closed else f"${{{self.content}"


def variables_of(text: str) -> Iterator[Variable]:
    """
    The variables in a string, from left to right; one without a closing brace ends where the next begins.
    """
    start = text.find("${")
    while start >= 0:
        following = text.find("${", start + 2)
        limit = following if following >= 0 else len(text)
        close = text.find("}", start + 2, limit)
        end = close if close >= 0 else limit
        yield Variable(start, end + (close >= 0) - start, text[start + 2 : end], close >= 0)
        start = following


def forms(subject: Subject) -> Iterator[Issue]:
    """Variables that are not written as they should be, where they are supported."""
    if not _has_variables(subject):
        return
    for text, pointer in _supported(subject):
        for variable in variables_of(text):
            for code, details in _faults(variable):
                yield Issue(code, details, (Spot(pointer, substring=(variable.start, variable.length)),))


def _faults(variable: Variable) -> Iterator[tuple[str, str]]:
    name, comma, default = variable.content.partition(",")
    if not variable.closed:
        details = "The policy variable is missing a closing curly brace. Add } after the variable text."
        yield "MISSING_BRACE_IN_VARIABLE", details
    elif not variable.content.strip():
        details = (
            "Empty policy variable. Remove the ${ } variable structure or provide a variable within the "
            "structure."
        )
        yield "EMPTY_VARIABLE", details
    elif " " in name:
        details = "A space is not supported within the policy variable text. Remove the space."
        yield "UNSUPPORTED_SPACE_IN_VARIABLE", details
    default = default.strip(" ")
    if variable.closed and comma and not (len(default) > 1 and default[0] == default[-1] == "'"):
        details = (
            "The policy variable default value must begin and end with a single quote. Add the missing quote."
        )
        yield "MISSING_QUOTE_IN_VARIABLE", details


def version(subject: Subject) -> Iterator[Issue]:
    """Variables in a version of the language that takes them for plain text."""
    if _has_variables(subject):
        return
    for text, pointer in _supported(subject):
        for variable in variables_of(text):
            if variable.closed and variable.content:
                details = (
                    f"To include variables in your policy, use the policy version {WITH_VARIABLES} or later."
                )
                spots = (Spot(pointer, substring=(variable.start, variable.length)),)
                yield Issue("VARIABLE_UNSUPPORTED_IN_VERSION", details, spots)


def _has_variables(subject: Subject) -> bool:
    root = subject.document.root
    given = root.get("Version") if isinstance(root, Object) else None
    return isinstance(given, Scalar) and (
        given.text == WITH_VARIABLES or TOKEN.search(given.text) is not None
    )


def _supported(subject: Subject) -> Iterator[tuple[str, str]]:
    """Strings of Resource, NotResource and comparisons of strings and ARNs, with their pointers."""
    for statement in subject.statements:
        for resource in (*statement.resources, *statement.not_resources):
            if not resource.is_partly_unknown:
                yield resource.text, resource.pointer
    for test in comparisons_of(subject):
        if test.name.startswith(_COMPARING):
            yield from ((value.text, pointer) for value, pointer in test.values)


def operators(subject: Subject) -> Iterator[Issue]:
    """Variables under operators that compare neither strings nor ARNs."""
    for test in comparisons_of(subject):
        if test.name.startswith(_COMPARING):
            continue
        for value, pointer in test.values:
            for variable in variables_of(value.text):
                details = "Policy variables can only be used with String and ARN operators."
                spots = (Spot(pointer, substring=(variable.start, variable.length)),)
                yield Issue("INVALID_VARIABLE_FOR_OPERATOR", details, spots)


def elements(subject: Subject) -> Iterator[Issue]:
    """Variables in elements that do not take them."""
    for statement in subject.statements:
        for part, key, node in children(statement.node):
            if key is None or key.text.lower() not in _WITHOUT:
                continue
            for text, pointer in _strings(node, f"{statement.pointer}/{part}"):
                for variable in variables_of(text):
                    details = (
                        "Policy variables are supported in the Resource and Condition elements. Remove the "
                        f"policy variable {variable.text} from this element."
                    )
                    spots = (Spot(pointer, substring=(variable.start, variable.length)),)
                    yield Issue("VARIABLE_UNSUPPORTED_IN_ELEMENT", details, spots)


def _strings(node: Node, pointer: str) -> Iterator[tuple[str, str]]:
    """The strings in an element: itself, in its list, in its object's lists."""
    pending = [(node, pointer)]
    while pending:
        current, at = pending.pop()
        if isinstance(current, Scalar):
            if not TOKEN.search(current.text):
                yield current.text, at
        elif isinstance(current, Array | Object):
            pending += [(child, f"{at}/{part}") for part, _, child in children(current)]


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (
        (
            "MISSING_BRACE_IN_VARIABLE",
            "EMPTY_VARIABLE",
            "UNSUPPORTED_SPACE_IN_VARIABLE",
            "MISSING_QUOTE_IN_VARIABLE",
        ),
        forms,
    ),
    (("VARIABLE_UNSUPPORTED_IN_VERSION",), version),
    (("INVALID_VARIABLE_FOR_OPERATOR",), operators),
    (("VARIABLE_UNSUPPORTED_IN_ELEMENT",), elements),
)
