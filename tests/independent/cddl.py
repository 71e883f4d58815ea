# SPDX-License-Identifier: Apache-2.0
"""Checks values against docs/openline.cddl itself: the part of CDDL (RFC 8610) that the document uses.

Every rule becomes a function of a value that raises FormatError where the value does not have that form.
"""

import functools
import pathlib
import re

import canonical_cbor

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "openline.cddl"
TOKEN = re.compile(r'\s+|;[^\n]*|("(?:[^"])*"|-?\d+|=>|\.\.|\.[a-z]+|[a-zA-Z][\w-]*|[=:,?*/&()\[\]{}])')
UNBOUNDED = float("inf")


class FormatError(ValueError):
    """A value does not have the form that the CDDL demands."""


def _tokens(text):
    position, found = 0, []
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise SyntaxError(f"CDDL: {text[position:position + 30]!r}")
        if match[1]:
            found.append((match[1], match.start(), match.end()))
        position = match.end()
    return found


def _demand(holds, what, path):
    if not holds:
        raise FormatError(f"{path or 'value'}: {what}")


class Occurrence:
    """How often an entry of an array or a map may come."""

    def __init__(self, least, most):
        self.least, self.most = least, most


class Document:
    """All rules of a CDDL file."""

    def __init__(self, text):
        self._tokens = _tokens(text)
        self._at = 0
        self.rules = {}
        while self._at < len(self._tokens):
            name = self._next()
            self._expect("=")
            self.rules[name] = self._type()

    def check(self, rule, value):
        """Raises FormatError unless `value` has the form of `rule`; gives the value back."""
        self.rules[rule](value, rule)
        return value

    def decode(self, rule, data):
        """The item that `data` is, if it has the form of `rule`."""
        try:
            return self.check(rule, canonical_cbor.decode(data))
        except canonical_cbor.CborError as error:
            raise FormatError(f"{rule}: {error}") from None

    # What the file says, token by token.

    def _peek(self, ahead=0):
        at = self._at + ahead
        return self._tokens[at][0] if at < len(self._tokens) else ""

    def _touches_next(self):
        """No space between this token and the next."""
        return self._at + 1 < len(self._tokens) and self._tokens[self._at][2] == self._tokens[self._at + 1][1]

    def _next(self):
        self._at += 1
        return self._tokens[self._at - 1][0]

    def _expect(self, token):
        found = self._next()
        if found != token:
            raise SyntaxError(f"CDDL: {token!r} expected, {found!r} found")

    def _type(self):
        choices = [self._single_type()]
        while self._peek() == "/":
            self._next()
            choices.append(self._single_type())
        return choices[0] if len(choices) == 1 else functools.partial(_check_choice, choices)

    def _single_type(self):
        token = self._next()
        if token == "{":
            return functools.partial(_check_map, self._entries("}"))
        if token == "[":
            return functools.partial(_check_array, self._entries("]"))
        if token == "(":
            return self._parenthesis()
        if token == "&":
            self._expect("(")
            return functools.partial(_check_choice, [check for _, _, check in self._entries(")")])
        if token[0] == '"':
            return functools.partial(_check_literal, token[1:-1])
        if token.lstrip("-").isdigit():
            return self._number(int(token))
        return self._controlled(token)

    def _parenthesis(self):
        start = self._at
        check = self._type()
        if self._peek() == ")":
            self._next()
            return check
        self._at = start
        return functools.partial(_check_array, self._entries(")"))

    def _number(self, least):
        if self._peek() != "..":
            return functools.partial(_check_literal, least)
        self._next()
        return functools.partial(_check_range, least, int(self._next()))

    def _controlled(self, name):
        check = functools.partial(self._check_named, name)
        if self._peek() not in (".size", ".cbor", ".regexp"):
            return check
        control = self._next()
        if control == ".size":
            return functools.partial(_check_size, check, self._single_type())
        if control == ".cbor":
            return functools.partial(self._check_embedded, self._next())
        return functools.partial(_check_pattern, check, re.compile(self._next()[1:-1]))

    def _entries(self, closing):
        """Entries up to the closing token: (occurrence, key or None, check)."""
        entries = []
        while self._peek() != closing:
            occurrence = self._occurrence()
            entries.append((occurrence, *self._entry(closing)))
            if self._peek() == ",":
                self._next()
        self._expect(closing)
        return entries

    def _occurrence(self):
        """RFC 8610: an occurrence has no space in it."""
        if self._peek() == "?":
            self._next()
            return Occurrence(0, 1)
        least, most = 0, UNBOUNDED
        if self._peek().isdigit() and self._peek(1) == "*" and self._touches_next():
            least = int(self._next())
        elif self._peek() != "*":
            return Occurrence(1, 1)
        if self._touches_next() and self._peek(1).isdigit():
            self._next()
            most = int(self._next())
        else:
            self._next()
        return Occurrence(least, most)

    def _entry(self, closing):
        if self._peek(1) == ":":
            key = self._next()
            self._expect(":")
            return (int(key) if key.isdigit() else None), self._type()
        check = self._type()
        if closing == "}":
            self._expect("=>")
            return check, self._type()
        return None, check

    # Checks that need the rules.

    def _check_named(self, name, value, path):
        if name in self.rules:
            self.rules[name](value, path)
        else:
            _demand(BUILT_IN[name](value), f"is no {name}", path)

    def _check_embedded(self, rule, value, path):
        _demand(isinstance(value, bytes), f"is no byte string with {rule} in it", path)
        try:
            self.rules[rule](canonical_cbor.decode(value), f"{path}.{rule}")
        except canonical_cbor.CborError as error:
            raise FormatError(f"{path}.{rule}: {error}") from None


def _is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


BUILT_IN = {
    "uint": lambda value: _is_integer(value) and value >= 0,
    "int": _is_integer,
    "bool": lambda value: isinstance(value, bool),
    "bstr": lambda value: isinstance(value, bytes),
    "tstr": lambda value: isinstance(value, str),
}


def _check_literal(wanted, value, path):
    _demand(type(value) is type(wanted) and value == wanted, f"is not {wanted!r}", path)


def _check_range(least, most, value, path):
    _demand(_is_integer(value) and least <= value <= most, f"is not in {least}..{most}", path)


def _check_size(check, size_check, value, path):
    check(value, path)
    size_check(len(value.encode() if isinstance(value, str) else value), f"{path} (its size)")


def _check_pattern(check, pattern, value, path):
    check(value, path)
    _demand(pattern.fullmatch(value), f"does not match {pattern.pattern}", path)


def _check_choice(choices, value, path):
    reasons = []
    for check in choices:
        try:
            return check(value, path)
        except FormatError as error:
            reasons.append(str(error))
    raise FormatError(reasons[0] if len(reasons) == 1 else f"{path}: none of: " + "; ".join(reasons))


def _check_map(entries, value, path):
    _demand(isinstance(value, dict), "is no map", path)
    known = set()
    for occurrence, key, check in entries:
        if callable(key):
            return _check_table(occurrence, key, check, value, path)
        known.add(key)
        if key in value:
            check(value[key], f"{path}.{key}")
        else:
            _demand(occurrence.least == 0, f"lacks key {key}", path)
    unknown = sorted(set(value) - known)
    return _demand(not unknown, f"has the unknown key {unknown[:1]}", path)


def _check_table(occurrence, key_check, check, value, path):
    _demand(occurrence.least <= len(value) <= occurrence.most, "has too few or too many keys", path)
    for key, one in value.items():
        key_check(key, path)
        check(one, f"{path}.{key}")


def _check_array(entries, value, path):
    """Greedy: no array of the document needs to give an element back to a later entry."""
    _demand(isinstance(value, list), "is no array", path)
    at = 0
    for occurrence, _, check in entries:
        taken = 0
        while at < len(value) and taken < occurrence.most:
            try:
                check(value[at], f"{path}[{at}]")
            except FormatError:
                if taken >= occurrence.least and len(entries) > 1:
                    break
                raise
            at, taken = at + 1, taken + 1
        _demand(taken >= occurrence.least, "has too few elements", path)
    _demand(at == len(value), "has too many elements, or one that does not fit", path)


@functools.cache
def openline():
    """The rules of docs/openline.cddl."""
    return Document(DOCUMENT.read_text())
