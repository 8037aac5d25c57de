"""Formulas that a reader types: read without `eval`, within limits; a mistake is pointed at.

``js/shared/expression.js`` reads them in the page, step for step in the same way.
"""

import re
from typing import NamedTuple

LENGTH, LEAVES, NODES = 60, 6, 24
FUNCTIONS = {"exp": 1, "log": 1, "tanh": 1, "sigmoid": 1, "relu": 1, "max": 2}
TOKEN = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+|[A-Za-z][A-Za-z0-9]*|\*\*|[-+*/(),]")
NAME = re.compile(r"[A-Za-z][0-9]?")
HINTS = {"^": "; a power is written **", "=": "; only what stands right of it"}
LOOKALIKES = str.maketrans("−·×\u00a0₀₁₂₃₄₅₆₇₈₉", "-** 0123456789")
OPERAND = 'expected a number, a name, a function or "("'


class Mistake(ValueError):
    """What is wrong with a formula, and where: ``words``, ``position`` (from 0), and both under the text."""

    def __init__(self, words, text, position):
        place = "at the end" if position == len(text) else f"character {position + 1}"
        self.words, self.position = f"{words} ({place})", position
        super().__init__(f"{self.words}\n  {text}\n  {' ' * position}^")


class Node(NamedTuple):
    """A leaf with its name, a number, or an operation on earlier nodes; ``x**2`` has its 2 as its number."""

    op: str = ""
    parents: tuple = ()
    name: str = ""
    number: float | None = None


class Reader:
    """Reads a text from left to right, and makes a node for all that is read but names and constant exponents.

    A name stands for its leaf until all leaves are known; another node is known by its place in ``made``.
    """

    def __init__(self, text):
        self.text, self.plain = text, text.translate(LOOKALIKES)
        self.leaves, self.made = {}, []
        if len(text) > LENGTH:
            self.fail(f"longer than {LENGTH} characters", LENGTH)
        self.end = 0
        self.advance()

    def fail(self, words, position=None):
        """Refuse the text, pointing at a position or at the present token."""
        raise Mistake(words, self.text, self.start if position is None else position)

    def advance(self):
        """Go on to the next token; "" is the end."""
        while self.plain[self.end : self.end + 1] == " ":
            self.end += 1
        self.start = self.end
        if self.start == len(self.plain):
            self.token = ""
        elif found := TOKEN.match(self.plain, self.start):
            self.token, self.end = found[0], found.end()
        else:
            character = self.text[self.start]
            self.fail(f'"{character}" is not used here{HINTS.get(character, "")}')

    def room(self, position):
        """Refuse one node too many."""
        if len(self.leaves) + len(self.made) == NODES:
            self.fail(f"more than {NODES} nodes", position)

    def make(self, position, op, *parents, number=None):
        """Make a node that is no leaf."""
        self.room(position)
        self.made.append((op, parents, number))
        return len(self.made) - 1

    def number_of(self, node):
        """Return the number that a node is, None for another."""
        return self.made[node][2] if isinstance(node, int) and self.made[node][0] == "" else None

    def nodes(self):
        """Read the whole text."""
        self.sum()
        if self.token == ")":
            self.fail('there is no "(" for this ")"')
        if self.token == ",":
            self.fail("a comma stands only in max(a, b)")
        if self.token:
            self.fail(f'an operator is missing before "{self.token}"')
        at = {name: index for index, name in enumerate(self.leaves)}
        places = [[at[p] if isinstance(p, str) else len(at) + p for p in parents] for _, parents, _ in self.made]
        made = zip(self.made, places, strict=True)
        return [Node(name=name) for name in at] + [Node(op, tuple(p), number=number) for (op, _, number), p in made]

    def sum(self):
        """Read product ((+ | -) product)*."""
        left = self.product()
        while self.token in ("+", "-"):
            op, position = self.token, self.start
            self.advance()
            left = self.make(position, op, left, self.product())
        return left

    def product(self):
        """Read factor ((* | /) factor)*."""
        left = self.factor()
        while self.token in ("*", "/"):
            op, position = self.token, self.start
            self.advance()
            left = self.make(position, op, left, self.factor())
        return left

    def factor(self):
        """Read - factor | power; the minus of a number belongs to the number."""
        if self.token != "-":
            return self.power()
        position = self.start
        self.advance()
        operand = self.factor()
        if (number := self.number_of(operand)) is None:
            return self.make(position, "neg", operand)
        self.made[operand] = ("", (), 0.0 - number)
        return operand

    def power(self):
        """Read atom [** factor]."""
        base = self.atom()
        if self.token != "**":
            return base
        position = self.start
        self.advance()
        exponent = self.factor()
        if (number := self.number_of(exponent)) is None:
            return self.make(position, "**", base, exponent)
        self.made.pop()
        return self.make(position, "**", base, number=number)

    def atom(self):
        """Read number | name | function(…) | (sum)."""
        token, position = self.token, self.start
        if token == "":
            self.fail("something is missing")
        if token[0] in "0123456789.":
            self.advance()
            return self.make(position, "", number=float(token))
        if token in FUNCTIONS:
            return self.call(token, position)
        if token == "(":
            self.advance()
            inner = self.sum()
            self.close()
            return inner
        if not token[0].isalpha():
            self.fail(f'{OPERAND}, got "{token}"')
        if not NAME.fullmatch(token):
            self.fail(f'"{token}" is no name and no function; a name is a letter, or a letter and a digit')
        if token not in self.leaves:
            if len(self.leaves) == LEAVES:
                self.fail(f"more than {LEAVES} names")
            self.room(position)
            self.leaves[token] = True
        self.advance()
        return token

    def call(self, name, position):
        """Read what a function is called with."""
        self.advance()
        if self.token != "(":
            self.fail(f'{name} needs a "("')
        self.advance()
        arguments = [self.sum()]
        if FUNCTIONS[name] == 2:
            if self.token != ",":
                self.fail("max takes two numbers: max(a, b)")
            self.advance()
            arguments.append(self.sum())
        if self.token == ",":
            self.fail(f"{name} takes no more than {'one number' if FUNCTIONS[name] == 1 else 'two numbers'}")
        self.close()
        return self.make(position, "maximum" if name == "max" else name, *arguments)

    def close(self):
        """Read a ")"."""
        if self.token != ")":
            self.fail('a ")" is missing')
        self.advance()


def parse(text):
    """Return the nodes of a formula: its leaves in the order of their names, then the rest as Python would make them.

    There are names, numbers, ``+ - * / **``, parentheses, and exp, log, tanh, sigmoid, relu and max.

    Raises
    ------
    Mistake
        If it can't be read, or is larger than the limits allow.

    Examples
    --------
    >>> [node.op or node.name for node in parse("w*x + b")]
    ['w', 'x', 'b', '*', '+']
    >>> parse("w*(x + 2")
    Traceback (most recent call last):
    nbcode.widgets._expression.Mistake: a ")" is missing (at the end)
      w*(x + 2
              ^
    """
    return Reader(text).nodes()
