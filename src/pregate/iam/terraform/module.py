"""
A Terraform module: what its names stand for.

Variables have the values that the caller gave, else their default; a resource's attribute is what its block
says, else what is known of its form. Source: Terraform language, "References to Named Values".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pregate.iam.terraform import functions
from pregate.iam.terraform.evaluate import Condition, Evaluator, Scope, World, describe
from pregate.iam.terraform.instances import Instance, Instances, instances_of
from pregate.iam.terraform.known import resource_attribute
from pregate.iam.terraform.references import is_sure
from pregate.iam.terraform.sources import Sources, within
from pregate.iam.terraform.syntax import (
    SPLAT,
    Access,
    Block,
    Call,
    Expression,
    File,
    Member,
    Name,
    Span,
    Text,
    literal_text,
)
from pregate.iam.terraform.templates import parse_template
from pregate.iam.terraform.values import ExhaustedError, Hidden, Map, Piece, Str, Value
from pregate.positions import PositionError
from pregate.records import dataclass, field

MAX_MODULES_DEPTH = 8
# How many levels of expressions the way to these values counts for, by the calls that it takes.
_WEIGHTS = {"document": 4, "attribute": 2, "output": 2}


@dataclass(slots=True)
class Declarations:
    """The blocks of a module's files by kind and name."""

    variables: dict[str, Block] = field(default_factory=dict)
    locals: dict[str, Expression] = field(default_factory=dict)
    resources: dict[tuple[str, str], Block] = field(default_factory=dict)
    data: dict[tuple[str, str], Block] = field(default_factory=dict)
    calls: dict[str, Block] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)

    @classmethod
    def of(cls, sources: Sources, folder: str) -> Declarations:
        """Those of a folder; a later file's stands for an earlier one's."""
        found = cls()
        for parsed in sources.module(folder):
            for block in parsed.body.blocks:
                found.add(block)
        return found

    def add(self, block: Block) -> None:
        """One block, if it declares something."""
        match block.type, block.labels:
            case "locals", _:
                self.locals.update({name: a.value for name, a in block.body.attributes.items()})
            case "variable", (name,):
                self.variables[name] = block
            case "module", (name,):
                self.calls[name] = block
            case "output", (name,):
                self.outputs[name] = block
            case "resource", (kind, name):
                self.resources[kind, name] = block
            case (("data" | "ephemeral"), (kind, name)):
                self.data[kind, name] = block


class Module(Evaluator):
    """
    One module as it is called: ``inputs`` gives the values of variables, ``prefix`` its address with a dot.
    """

    def __init__(
        self,
        world: World,
        sources: Sources,
        folder: str,
        root: str = "",
        prefix: str = "",
        inputs: Mapping[str, Callable[[], Value]] | None = None,
        depth: int = 0,
    ) -> None:
        super().__init__(world)
        self.sources, self.folder, self.root, self.prefix = sources, folder, root or folder, prefix
        self.inputs, self.nesting = inputs or {}, depth
        self.declared = Declarations.of(sources, folder)
        self._memo: dict[tuple[str, ...], tuple[Value, dict[Condition, None]]] = {}
        self._open: set[tuple[str, ...]] = set()
        self._documents: set[int] = set()
        self._children: dict[tuple[str, str], Module] = {}
        self._instances: dict[int, Instances] = {}

    # ------------------------------------------------------------------------------------------ references

    def reference(self, node: Access | Name, steps: list[Expression | str], scope: Scope) -> Value:
        """The value of a name with the steps after it."""
        base = node.base if isinstance(node, Access) else node
        root = base.name if isinstance(base, Name) else ""
        if root in scope:
            return self.follow(scope[root], steps, node, scope)
        first = literal_text(steps[0]) if steps and not isinstance(steps[0], str) else None
        second = literal_text(steps[1]) if len(steps) > 1 and not isinstance(steps[1], str) else None
        match root:
            case "var" if first:
                return self.follow(self.variable(first, node), steps[1:], node, scope)
            case "local" if first:
                return self.follow(self.local(first, node), steps[1:], node, scope)
            case "path" if first:
                return self._path(first, node.span)
            case "data" | "ephemeral" if first and second:
                return self._entity(True, first, second, steps[2:], node, scope)
            case "module" if first:
                return self._output(first, steps[1:], node, scope)
            case "each" | "count" | "self" | "terraform" | "var" | "local" | "data" | "module":
                return Hidden(describe(node), node.span, root in ("each", "self"))
            case _ if first:
                return self._entity(False, root, first, steps[1:], node, scope)
        return Hidden(describe(node), node.span)

    def variable(self, name: str, node: Expression) -> Value:
        """The value given, else the default, else unknown at the place of the reference."""
        if name in self.inputs:
            return self.remember(("var", name), self.inputs[name], f"var.{name}"[:80], node.span)
        block = self.declared.variables.get(name)
        default = block.body.get("default") if block else None
        if default is not None:
            return self.remember(
                ("var", name), lambda: self.value(default, {}), f"var.{name}"[:80], node.span
            )
        kind = block.body.get("type") if block else None
        harmless = isinstance(kind, Name) and kind.name in ("bool", "number")
        return Hidden(f"var.{name}"[:80], node.span, not harmless)

    def local(self, name: str, node: Expression) -> Value:
        """The value of a local."""
        found = self.declared.locals.get(name)
        if found is None:
            return Hidden(describe(node), node.span)
        return self.remember(("local", name), lambda: self.value(found, {}), describe(node), node.span)

    def remember(self, key: tuple[str, ...], make: Callable[[], Value], words: str, span: Span) -> Value:
        """A value made once, with the conditions that it met; unknown where it depends on itself."""
        if key not in self._memo:
            if key in self._open:
                return Hidden(f"{words}, which depends on itself", span)
            self._open.add(key)
            outside, self.world.met = self.world.met, {}
            weight = _WEIGHTS.get(key[0], 0)
            self.world.depth += weight
            try:
                value = make()
                self._memo[key] = value, self.world.met
                if key[0] == "document":
                    self._documents.add(id(value))  # which the memo keeps alive
            finally:
                self.world.depth -= weight
                outside.update(self.world.met)
                self.world.met = outside
                self._open.discard(key)
        value, met = self._memo[key]
        self.world.met.update(met)
        return value

    def made(self, structure: Value) -> bool:
        """Whether a value is the policy of one of this module's data sources."""
        return id(structure) in self._documents

    def _path(self, name: str, span: Span) -> Value:
        folder = {"module": self.folder, "root": self.root, "cwd": self.root}.get(name)
        return Hidden(f"path.{name}"[:80], span) if folder is None else Str(f"/{folder}", span)

    # ----------------------------------------------------------------------------- resources and data sources

    def _entity(
        self,
        is_data: bool,
        kind: str,
        name: str,
        steps: list[Expression | str],
        node: Access | Name,
        scope: Scope,
    ) -> Value:
        block = (self.declared.data if is_data else self.declared.resources).get((kind, name))
        address = f"{'data.' if is_data else ''}{kind}.{name}"

        def one(instance: Instance) -> Hidden:
            def attribute(wanted: str, span: Span) -> Value:
                return resource_attribute(self, is_data, (kind, name), block, instance, wanted, span)

            return Hidden(f"{address}{instance.key}"[:80], node.span, False, attribute=attribute)

        if block is None or not ({"count", "for_each"} & block.body.attributes.keys()):
            return self.follow(one(Instance()), steps, node, scope)
        found = self.instances(block)
        first = steps[0] if steps else None
        if isinstance(first, Expression) and not isinstance(first, Member):
            wanted = self.ledger.text_of(self.value(first, scope))
            chosen = next((i for i in found.known or () if i.index == wanted), None)
            return self.follow(one(chosen or found.any_one(wanted, node.span)), steps[1:], node, scope)
        if isinstance(first, Expression):
            return self.follow(one(found.any_one(None, node.span)), steps, node, scope)
        if found.known is None:
            return Hidden(describe(node), node.span, False)
        return self.follow(found.gathered(one, node.span), steps, node, scope)

    def instances(self, block: Block) -> Instances:
        """The instances that ``count`` or ``for_each`` make of a block."""
        key = id(block)
        if key not in self._instances:
            self._instances[key] = Instances(None)  # while it is found out: what depends on itself
            met, self.world.met = self.world.met, {}
            self.world.depth += 2
            try:
                self._instances[key] = instances_of(self, block)
            finally:
                self.world.depth -= 2
                self.world.met = met
        return self._instances[key]

    # ------------------------------------------------------------------------------------------- functions

    def call(self, node: Call, scope: Scope) -> Value:
        """The value of a function; files are read from what was given."""
        arguments = [self.value(argument, scope) for argument in node.arguments]
        if node.expand and arguments:
            last = functions.apply("tolist", [arguments.pop()], node.span, self.ledger)
            pairs = self.pairs(last)
            if pairs is None:
                return Hidden(f"{node.name[:40]}(…)", node.span)
            arguments += [item for _, item in pairs]
        if node.name in ("file", "templatefile") and arguments:
            return self._file(node, arguments)
        return functions.apply(node.name, arguments, node.span, self.ledger)

    def _file(self, node: Call, arguments: list[Value]) -> Value:
        named = self.ledger.text_of(arguments[0]) if self.ledger.is_known(arguments[0]) else None
        path = None
        if named is not None:  # what ``path.module`` begins is written from the repository's root
            path = within("", named.lstrip("/")) if named.startswith("/") else within(self.root, named)
        text = self.sources.text(path) if path else None
        if path is None or text is None:
            return Hidden(f"{node.name}(…)", node.span)
        self.ledger.spend(1 + len(text) // 64)
        file = File(path, text)
        if node.name == "file":
            run = Text(file, 0, len(text), text, True)
            return Str(run.text, node.span, (Piece(0, run.span, True),))
        variables = arguments[1] if len(arguments) > 1 else None
        if not isinstance(variables, Map):
            return Hidden("templatefile(…)", node.span)
        try:
            template = parse_template(file)
        except PositionError:
            return Hidden("templatefile(…), which does not parse", node.span)
        return _Rendering(self).value(template, {name: value for name, (_, value) in variables.items.items()})

    # ---------------------------------------------------------------------------------------- child modules

    def _output(self, name: str, steps: list[Expression | str], node: Access | Name, scope: Scope) -> Value:
        block = self.declared.calls.get(name)
        rest = list(steps)
        key: Instance | None = None
        if block is None:
            last = literal_text(rest[-1]) if rest and isinstance(rest[-1], Member) else ""
            return Hidden(describe(node), node.span, not is_sure(last or ""))
        if rest and (not isinstance(rest[0], Member)):
            step = rest.pop(0)
            if step == SPLAT or isinstance(step, str):
                return Hidden(describe(node), node.span)
            wanted = self.ledger.text_of(self.value(step, scope))
            found = self.instances(block)
            key = next((i for i in found.known or () if i.index == wanted), None)
            key = key or found.any_one(wanted, node.span)
        wanted_output = literal_text(rest[0]) if rest and isinstance(rest[0], Expression) else None
        child = self.child(name, key or self.instances(block).any_one(None, node.span))
        output = child.declared.outputs.get(wanted_output or "") if child else None
        value = output.body.get("value") if output else None
        if child is None or value is None or wanted_output is None:
            return Hidden(describe(node), node.span, not is_sure(wanted_output or ""))
        made = child.remember(
            ("output", wanted_output), lambda: child.value(value, {}), describe(node), node.span
        )
        return self.follow(made, rest[1:], node, scope)

    def child(self, name: str, instance: Instance) -> Module | None:
        """The module that a call names, if it is in the repository and its files are here."""
        key = name, instance.key
        if key in self._children:
            return self._children[key]
        block = self.declared.calls[name]
        source = literal_text(block.body.get("source"))
        if source is None or not source.startswith(("./", "../")):
            return None
        folder = within(self.folder, source)
        if folder is None or not self.sources.want_module(folder):
            return None
        if self.nesting >= MAX_MODULES_DEPTH:
            raise ExhaustedError
        self.ledger.spend(50)
        inputs = {
            attribute.name: self._input(attribute.value, instance.scope)
            for attribute in block.body.attributes.values()
        }
        prefix = f"{self.prefix}module.{name}{instance.key}."
        made = Module(self.world, self.sources, folder, self.root, prefix, inputs, self.nesting + 1)
        self._children[key] = made
        return made

    def _input(self, node: Expression, scope: Scope) -> Callable[[], Value]:
        return lambda: self.value(node, scope)


class _Rendering(Evaluator):
    """The evaluation of a template file: it knows its variables alone."""

    def __init__(self, module: Module) -> None:
        super().__init__(module.world)
        self._module = module

    def reference(self, node: Access | Name, steps: list[Expression | str], scope: Scope) -> Value:
        """A variable of the template."""
        base = node.base if isinstance(node, Access) else node
        if isinstance(base, Name) and base.name in scope:
            return self.follow(scope[base.name], steps, node, scope)
        return Hidden(describe(node), node.span, failed=True)

    def call(self, node: Call, scope: Scope) -> Value:
        """A function; templates do not read other files here."""
        arguments = [self.value(argument, scope) for argument in node.arguments]
        return functions.apply(node.name, arguments, node.span, self.ledger)
