"""
HCL's expressions by recursive descent: no backtracking, bounded in depth.

Source: HCL Native Syntax Specification, "Expressions".
"""

from __future__ import annotations

from pregate.iam.terraform.scanner import Scanner
from pregate.iam.terraform.syntax import (
    SPLAT,
    Access,
    Call,
    Conditional,
    Expression,
    ForOf,
    Literal,
    Member,
    Name,
    ObjectOf,
    Operation,
    Template,
    Text,
    TupleOf,
)

# From loose to tight; a longer operator stands before its own beginning.
_OPERATORS = (("||",), ("&&",), ("==", "!="), ("<=", ">=", "<", ">"), ("+", "-"), ("*", "/", "%"))
_BINDING = {operator: level for level, row in enumerate(_OPERATORS) for operator in row}
_STARTS = frozenset("|&=!<>+-*/%")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class ExpressionParser(Scanner):
    """Expressions; templates are added by a subclass."""

    def quoted(self) -> Expression:
        """The quoted template that begins here."""
        raise NotImplementedError

    def heredoc(self) -> Expression:
        """The heredoc that begins here."""
        raise NotImplementedError

    def expression(self) -> Expression:
        """The expression that begins here. Raises PositionError."""
        self.enter()
        condition = self._operation(self._unary(), 0)
        if self.take("?"):
            yes = self._inner()
            self.expect(":", "in a conditional")
            no = self._inner()
            condition = Conditional(self.file, condition.start, no.end, condition, yes, no)
        self.depth -= 1
        return condition

    def _inner(self) -> Expression:
        """The branches of a conditional may stand on lines of their own."""
        self.skip_lines()
        found = self.expression()
        if not self.across:
            before = self.at
            self.skip_lines()
            if not self.text.startswith(":", self.at):
                self.at = before
        return found

    def _operator(self) -> str:
        self.skip()
        if self.text[self.at : self.at + 1] not in _STARTS:
            return ""
        pair = self.text[self.at : self.at + 2]
        if pair in _BINDING:
            return pair
        return pair[0] if pair[0] in _BINDING and pair != "=>" else ""

    def _operation(self, left: Expression, loosest: int) -> Expression:
        """Precedence climbing."""
        while (operator := self._operator()) and _BINDING[operator] >= loosest:
            self.at += len(operator)
            self.skip_lines()
            right = self._unary()
            while (following := self._operator()) and _BINDING[following] > _BINDING[operator]:
                self.enter()
                right = self._operation(right, _BINDING[operator] + 1)
                self.depth -= 1
            left = Operation(self.file, left.start, right.end, operator, [left, right])
        return left

    def _unary(self) -> Expression:
        self.skip()
        start = self.at
        mark = self.text[start : start + 1]
        if mark in ("-", "!") and mark:
            self.enter()
            self.at += 1
            operand = self._unary()
            self.depth -= 1
            return Operation(self.file, start, operand.end, mark, [operand])
        return self._steps(self._primary(), start)

    def _primary(self) -> Expression:
        start = self.at
        mark = self.text[start : start + 1]
        if mark == '"':
            return self.quoted()
        if mark == "[":
            return self._bracketed(start)
        if mark == "{":
            return self._braced(start)
        if mark == "(":
            return self._parenthesis()
        if self.text.startswith("<<", start):
            return self.heredoc()
        number = self.number()
        if number is not None:
            return Literal(self.file, start, self.at, number)
        name = self.name()
        if not name:
            raise self.error("an expression is missing or not understood")
        if name in _WORDS:
            return Literal(self.file, start, self.at, _WORDS[name])
        while self.text.startswith("::", self.at):  # a provider's function
            self.at += 2
            name += "::" + self.name()
        if self.text.startswith("(", self.at):
            return self._call(name, start)
        return Name(self.file, start, self.at, name)

    def _parenthesis(self) -> Expression:
        self.at += 1
        outside, self.across = self.across, True
        inner = self.expression()
        self.expect(")", "after an expression in parentheses")
        self.across = outside
        return inner

    def _call(self, name: str, start: int) -> Expression:
        self.at += 1
        outside, self.across = self.across, True
        arguments: list[Expression] = []
        expand = False
        while not self.take(")"):
            arguments.append(self.expression())
            expand = self.take("...")
            if not self.take(","):
                self.expect(")", "after the arguments of a function")
                break
        self.across = outside
        return Call(self.file, start, self.at, name, arguments, expand)

    # ------------------------------------------------------------------------------------------ references

    def _steps(self, base: Expression, start: int) -> Expression:
        steps: list[Expression | str] = []
        while True:
            mark = self.text[self.at : self.at + 1]
            if self.across and mark in (" ", "\n", "\r", "\t", "#", "/") and mark:
                # In brackets a reference may go on in the next line: ``module.a\n.b``.
                before = self.at
                self.skip()
                mark = self.text[self.at : self.at + 1]
                if mark != "." or self.text.startswith("...", self.at):
                    self.at = before
                    break
            if mark == "." and not self.text.startswith("...", self.at):
                self.at += 1
                steps.append(self._attribute_step())
            elif mark == "[":
                steps.append(self._index_step())
            else:
                break
        return Access(self.file, start, self.at, base, steps) if steps else base

    def _attribute_step(self) -> Expression | str:
        if self.take("*"):
            return SPLAT
        start = self.at
        digits = self.text[start : start + 10]
        if digits[:1].isdigit():  # the old form of an index: list.0
            length = next((n for n, c in enumerate(digits) if not c.isdigit()), len(digits))
            self.at += length
            return Literal(self.file, start, self.at, int(digits[:length]))
        name = self.name()
        if not name:
            raise self.error("no name after a dot")
        return Member(self.file, start, self.at, [Text(self.file, start, self.at, name, True)])

    def _index_step(self) -> Expression | str:
        self.at += 1
        outside, self.across = self.across, True
        found: Expression | str
        if self.take("*"):
            found = SPLAT
        else:
            found = self.expression()
        self.expect("]", "after an index")
        self.across = outside
        return found

    # ------------------------------------------------------------------------------------------ collections

    def _bracketed(self, start: int) -> Expression:
        self.at += 1
        outside, self.across = self.across, True
        found = self._for(start, "]") if self._is_for() else self._tuple(start)
        self.across = outside
        return found

    def _tuple(self, start: int) -> Expression:
        items: list[Expression] = []
        while not self.take("]"):
            items.append(self.expression())
            if not self.take(","):
                self.expect("]", "after the items of a list")
                break
        return TupleOf(self.file, start, self.at, items)

    def _braced(self, start: int) -> Expression:
        self.at += 1
        outside, self.across = self.across, False
        self.skip_lines()
        if self._is_for():
            self.across = True
            found = self._for(start, "}")
        else:
            found = self._object(start)
        self.across = outside
        return found

    def _object(self, start: int) -> Expression:
        items: list[tuple[Expression, Expression]] = []
        self.skip_lines()
        while not self.take("}"):
            key = self._key()
            if not self.take("=") and not self.take(":"):
                raise self.error("no = or : after the key of an object")
            self.skip_lines()
            items.append((key, self.expression()))
            self.skip()
            ended = self.text[self.at : self.at + 1]
            if ended not in (",", "\n", "}"):
                raise self.error("no comma or line break after a member of an object")
            self.take(",")
            self.skip_lines()
        return ObjectOf(self.file, start, self.at, items)

    def _key(self) -> Expression:
        """A bare name is a text; anything else is an expression."""
        key = self.expression()
        if isinstance(key, Name):
            return Template(
                key.file, key.start, key.end, [Text(key.file, key.start, key.end, key.name, True)]
            )
        return key

    def _is_for(self) -> bool:
        before = self.at
        if self.word("for") and self.text[self.at : self.at + 1] in (" ", "\t", "\n", "\r"):
            self.skip()
            # ``{ for = 1 }`` is an object with that key.
            if self.text[self.at : self.at + 1] not in ("=", ":", ","):
                return True
        self.at = before
        return False

    def _for(self, start: int, closing: str) -> Expression:
        key, value = "", self.name()
        if self.take(","):
            key, value = value, self.name()
        if not value or not self.word("in"):
            raise self.error("a for expression without `in`")
        collection = self.expression()
        self.expect(":", "in a for expression")
        result, key_result = self.expression(), None
        if closing == "}":
            self.expect("=>", "in a for expression that makes an object")
            key_result, result = result, self.expression()
        grouped = self.take("...")
        condition = self.expression() if self.word("if") else None
        self.expect(closing, "after a for expression")
        return ForOf(
            self.file, start, self.at, key, value, collection, key_result, result, condition, grouped
        )
