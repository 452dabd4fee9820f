"""
What the functions of a template refer to: parameters with what is known of their values, mappings, logical
ids.

Source: AWS CloudFormation user guide, "Parameters", "Rules", "Mappings".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pregate.expressions import expression
from pregate.iam.calls import branches_of, call_of, reference_of, text_of
from pregate.iam.document import Unknown
from pregate.positions import Array, Node, Object, Scalar
from pregate.records import dataclass, field, replace

MAX_CHOICES = 8

_NAMES = expression(r"\$\{\s*(\w{1,255})\s*\}")
# One bracket of plain characters and ranges, repeated: no text that it matches holds a wildcard.
_PLAIN_PATTERN = expression(r"\^?\[[A-Za-z0-9_./:@=,+-]+\](?:[+*]|\{[0-9,]{1,9}\})?\$?")

Variable = tuple[str, str]
"""What a policy depends on: ``("Condition", name)`` or ``("Ref", parameter)``."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    What is known of a parameter's value.

    ``value`` is its default, or what the stack above hands down; None when it is not known. ``choices`` are
    the values that the template allows, when there are few. ``unknowns`` are those that ``value`` holds
    tokens of, where it was handed down. ``is_looked_up`` is true when what is given is only the name of an
    SSM parameter.
    """

    value: Node | None = None
    may_be_wildcard: bool = True
    choices: tuple[Node, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    is_looked_up: bool = False

    @property
    def may_widen(self) -> bool:
        """Whether one of its choices holds a wildcard, so that it matters also inside a text."""
        return len(self.choices) > 1 and any("*" in c.text or "?" in c.text for c in _scalars(self.choices))

    @classmethod
    def of(cls, declaration: Node, ruled: tuple[Node, ...] = ()) -> Parameter:
        """By its declaration; ``ruled`` are the values that the template's rules leave."""
        declared = declaration if isinstance(declaration, Object) else Object([], 0, 0)
        default, kind = declared.get("Default"), text_of(declared.get("Type"))
        allowed = ruled or _literals(declared.get("AllowedValues"))
        # The default of an SSM parameter type is the parameter's name, not its value.
        if kind.startswith("AWS::SSM::"):
            return cls(is_looked_up=True)
        if default is None and len(allowed) == 1:
            default = allowed[0]
        choices = {node.text: node for node in (default, *allowed) if isinstance(node, Scalar)}
        if not allowed or len(choices) > MAX_CHOICES or _is_list(kind):
            choices = {}
        return cls(_listed(default, kind), _may_be_wildcard(declared, kind, allowed), tuple(choices.values()))


def _may_be_wildcard(declared: Object, kind: str, allowed: tuple[Node, ...]) -> bool:
    if allowed:
        return any("*" in text_of(node) or "?" in text_of(node) for node in allowed)
    inner = kind.removeprefix("List<").removesuffix(">")
    if inner == "Number" or inner.startswith("AWS::"):  # an id or name of something that exists
        return False
    return not _PLAIN_PATTERN.fullmatch(text_of(declared.get("AllowedPattern")))


def _literals(node: Node | None) -> tuple[Node, ...]:
    items = tuple(node) if isinstance(node, Array) else ()
    return items if all(isinstance(item, Scalar) and not item.tag for item in items) else ()


def _is_list(kind: str) -> bool:
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def _listed(default: Node | None, kind: str) -> Node | None:
    if not isinstance(default, Scalar) or not _is_list(kind):
        return default
    items = [
        Scalar(part.strip(), part.strip(), default.start, default.end) for part in default.text.split(",")
    ]
    return Array(list(items), default.start, default.end)


@dataclass(frozen=True, slots=True)
class Template:
    """
    What the functions refer to.

    ``resources`` are types by logical id. ``loops`` are the identifiers of ``Fn::ForEach`` with their values
    in the round at hand. ``filled`` are, by condition, the parameters that are not empty where it holds.
    """

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    mappings: Node | None = None
    resources: Mapping[str, str] = field(default_factory=dict)
    loops: Mapping[str, str] = field(default_factory=dict)
    filled: Mapping[Variable, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Object, passed: Mapping[str, Parameter] | None = None) -> Template:
        """The parts of a template that its functions use; ``passed`` come from the stack above."""
        ruled = dict(_ruled(root.get("Rules")))
        declared = root.get("Parameters")
        parameters = {
            key.text: Parameter.of(value, ruled.get(key.text, ()))
            for key, value in (declared if isinstance(declared, Object) else ())
        }
        for name, parameter in (passed or {}).items():
            if name in parameters:
                parameters[name] = _handed(parameter, parameters[name])
        resources = root.get("Resources")
        types = {
            key.text: text_of(value.get("Type")) if isinstance(value, Object) else ""
            for key, value in (resources if isinstance(resources, Object) else ())
        }
        return cls(parameters, root.get("Mappings"), types, {}, dict(_filled(root.get("Conditions"))))

    def where(self, conditions: Iterable[str]) -> Template:
        """The template where these conditions hold: a default that they exclude (``""``) is no value."""
        names = {name for key in conditions for name in self.filled.get(("Condition", key), ())}
        changed = {
            name: replace(parameter, value=None)
            for name, parameter in self.parameters.items()
            if name in names and _is_empty(parameter.value)
        }
        return replace(self, parameters={**self.parameters, **changed}) if changed else self

    def looping(self, name: str, value: str, at: Node) -> Template:
        """Within a round of ``Fn::ForEach``, in which ``name`` is ``value``."""
        parameter = Parameter(Scalar(value, value, at.start, at.end), False)
        return replace(
            self, parameters={**self.parameters, name: parameter}, loops={**self.loops, name: value}
        )

    def written(self, text: str) -> str:
        """A string of the template with the loops' identifiers filled in."""
        for name, value in self.loops.items():
            text = text.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", _alphanumeric(value))
        return text

    def variables_in(self, node: Node) -> dict[Variable, tuple[bool | int, ...]]:
        """
        What a node depends on, in order, with the values that each may take: conditions, and parameters with
        several allowed values where one stands for a whole value or may be a wildcard.
        """
        found: dict[Variable, tuple[bool | int, ...]] = {}
        pending = [(node, True)]
        while pending:
            current, whole = pending.pop()
            call = call_of(current)
            if branches := branches_of(current):
                found["Condition", branches[0]] = (True, False)
            elif call:
                self._note(reference_of(current), whole, found)
                for name in _NAMES.findall(_sub_text(call)):
                    self._note(name, False, found)
                whole = call[0] == "Fn::FindInMap"  # its keys are whole values
            children = current.items if isinstance(current, Array) else _values(current)
            pending += [(child, whole) for child in reversed(children)]
        return found

    def _note(self, name: str, whole: bool, found: dict[Variable, tuple[bool | int, ...]]) -> None:
        parameter = self.parameters.get(name)
        if parameter and len(parameter.choices) > 1 and (whole or parameter.may_widen):
            found["Ref", name] = tuple(range(len(parameter.choices)))


def _sub_text(call: tuple[str, Node]) -> str:
    argument = call[1].items[0] if isinstance(call[1], Array) and call[1].items else call[1]
    return argument.text if call[0] == "Fn::Sub" and isinstance(argument, Scalar) else ""


def _scalars(nodes: tuple[Node, ...]) -> Iterator[Scalar]:
    return (node for node in nodes if isinstance(node, Scalar))


def _handed(passed: Parameter, declared: Parameter) -> Parameter:
    if declared.is_looked_up:
        return declared
    value = passed.value
    is_list = isinstance(declared.value, Array) and isinstance(value, Scalar)
    if is_list and value is not None:
        value = _listed(value, "CommaDelimitedList")
    return replace(passed, value=value, may_be_wildcard=passed.may_be_wildcard and declared.may_be_wildcard)


def _values(node: Node) -> list[Node]:
    return [value for _, value in node] if isinstance(node, Object) else []


def _alphanumeric(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _ruled(rules: Node | None) -> Iterator[tuple[str, tuple[Node, ...]]]:
    """Parameters that a rule without a condition limits to listed values (``Fn::Contains``)."""
    for _, rule in rules if isinstance(rules, Object) else ():
        if not isinstance(rule, Object) or rule.get("RuleCondition") is not None:
            continue
        assertions = rule.get("Assertions")
        for assertion in assertions if isinstance(assertions, Array) else ():
            claim = assertion.get("Assert") if isinstance(assertion, Object) else None
            call = call_of(claim) if claim is not None else None
            if call and call[0] == "Fn::Contains" and isinstance(call[1], Array) and len(call[1]) == 2:
                name, allowed = reference_of(call[1].items[1]), _literals(call[1].items[0])
                if name and allowed:
                    yield name, allowed


def _is_empty(value: Node | None) -> bool:
    items = value.items if isinstance(value, Array) else [value]
    return all(isinstance(item, Scalar) and not item.text for item in items)


def _filled(conditions: Node | None) -> Iterator[tuple[Variable, frozenset[str]]]:
    """Of each condition, the parameters that it says are not empty."""
    for key, node in conditions if isinstance(conditions, Object) else ():
        if names := frozenset(_not_empty(node)):
            yield ("Condition", key.text), names


def _not_empty(node: Node) -> Iterator[str]:
    """The parameters in ``Fn::Not`` of ``Fn::Equals`` with ``""``, alone or as parts of one ``Fn::And``."""
    call = call_of(node)
    parts = call[1].items if call and isinstance(call[1], Array) else []
    for part in parts if call and call[0] == "Fn::And" else [node]:
        negated = call_of(part)
        inner = negated[1].items if negated and isinstance(negated[1], Array) else []
        equals = call_of(inner[0]) if negated and negated[0] == "Fn::Not" and len(inner) == 1 else None
        sides = equals[1].items if equals and isinstance(equals[1], Array) else []
        if equals and equals[0] == "Fn::Equals" and len(sides) == 2:
            yield from (
                reference_of(one)
                for one, other in (sides, sides[::-1])
                if isinstance(other, Scalar) and other.value == "" and reference_of(one)
            )
