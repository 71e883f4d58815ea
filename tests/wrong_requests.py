# SPDX-License-Identifier: Apache-2.0
"""Requests that are certainly wrong, made from docs/openapi.yaml, as bytes; and the way to the socket."""

import collections
import contextlib
import copy
import http.client
import json
import socket

from api_contract import Answer

PATIENCE = 60
BIDI = "\u202e\u2066\u200f"
CONTROLS = "\x00\x1b[2J\r\n\x7f\x85"
NUMBERS = ("1e999999", "-1", "9" * 400, "18446744073709551616", "1.5", "-0.5e-400", "0x10", "01", "NaN", "Infinity", "+1", "1.", ".5")

Request = collections.namedtuple("Request", "what operation text is_http")  # is_http: whole, so it is answered


class Wire:
    """Bytes to the socket, and the answer that came, if one did."""

    def __init__(self, path):
        self.path = str(path)

    def send(self, text):
        """What is sent after the answer came does not matter."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(self.path)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(text)
                connection.shutdown(socket.SHUT_WR)
            answer = http.client.HTTPResponse(connection, method="GET")
            try:
                answer.begin()
            except http.client.BadStatusLine:  # closed without an answer
                return None
            except ConnectionResetError:
                return None
            kind = answer.headers.get_content_type()
            body = b"" if kind == "text/event-stream" else answer.read()
            with contextlib.suppress(ValueError):
                return Answer(answer.status, answer.headers, body, json.loads(body))
            return Answer(answer.status, answer.headers, body, None)


def head(method, target, headers=(), size=None):
    rows = [f"{method} {target} HTTP/1.1".encode("latin-1", "replace"), b"Host: station"]
    rows += [f"{name}: {value}".encode("utf-8", "surrogateescape") for name, value in headers]
    if size is not None:
        rows.append(b"Content-Length: %d" % size)
    return b"\r\n".join(rows) + b"\r\n\r\n"


class Generator:
    """Requests that are certainly wrong: by the document, or by HTTP."""

    def __init__(self, contract, places, tokens, rng, nesting):
        self.contract, self.places, self.tokens, self.rng, self.nesting = contract, places, tokens, rng, nesting
        self.json_makers = [self.extra_field, self.missing_field, self.wrong_type, self.out_of_range, self.overlong,
                            self.strange_words, self.not_utf8, self.nested, self.strange_number, self.twice,
                            self.not_an_object, self.torn_json, self.other_content]
        self.makers = [self.bad_path, self.unknown_query, self.bad_query, self.wrong_method, self.bad_session,
                       self.bad_header, self.torn_http, self.oversized_head, self.not_http, self.oversized_body]

    def make(self):
        operation = self.rng.choice(self.contract.operations)
        # Those with bodies have more that can be wrong.
        makers = self.makers + (self.json_makers * 3 if operation.body else [])
        while True:
            maker = self.rng.choice(makers)
            made = maker(operation)
            if made is not None:
                return Request(maker.__name__, operation, *made)

    # Parts of a request that are as they should be.

    def session(self):
        """Half of the time of one who may ask for everything; also of each role, of nobody, and none."""
        token = self.tokens[0] if self.rng.random() < 0.5 else self.rng.choice(self.tokens)
        return [("Authorization", f"Bearer {token}")] if token else []

    def query(self, operation):
        return "?name=map.png" if operation.takes_file else ""

    def whole(self, operation, body, headers=(), target=None, method=None):
        target = target or operation.address(self.places) + self.query(operation)
        headers = self.session() + list(headers)
        return head(method or operation.method, target, headers, len(body)) + body, True

    def with_body(self, operation, value):
        text = value if isinstance(value, bytes) else json.dumps(value).encode("utf-8", "surrogatepass")
        return self.whole(operation, text, [("Content-Type", "application/json")])

    def example(self, operation):
        """A body that is as it should be, with some of what may be left out."""
        body = copy.deepcopy(operation.example())
        for name, value in body.items():
            if value == "0000":
                body[name] = self.places["entry"]
        for name, its in self.schema(operation).get("properties", {}).items():
            if name not in body and name != "root" and self.rng.random() < 0.2:
                body[name] = self.value(its)
        return body

    def value(self, schema):
        its = self.contract.resolve(schema)
        if "enum" in its:
            return self.rng.choice(its["enum"])
        if its.get("type") == "object":
            return {name: self.value(its["properties"][name]) for name in its.get("required", [])}
        if its.get("type") == "array":
            return [self.value(its["items"])] * max(1, its.get("minItems", 0))
        if its.get("type") in ("integer", "boolean"):
            return its.get("minimum", True)
        texts = [self.places["entry"], "2026-12-01T10:00:00Z", "2026-12-01", "words", "a long enough word"]
        return next((text for text in texts if not self.contract.problems(its, text)), "fr")

    def schema(self, operation):
        schema = self.contract.resolve(operation.body["schema"])
        return self.contract.resolve(schema["oneOf"][0]) if "oneOf" in schema else schema

    def fields(self, schema, value):
        """Of an object and all within it: the object, the field's name, its schema."""
        for name, its in schema.get("properties", {}).items():
            its = self.contract.resolve(its)
            yield value, name, its
            inner = value.get(name)
            for one in inner if isinstance(inner, list) else [inner]:
                within = self.contract.resolve(its.get("items", its))
                if isinstance(one, dict) and "properties" in within:
                    yield from self.fields(within, one)

    def field(self, operation, body, *kinds):
        fields = [one for one in self.fields(self.schema(operation), body) if not kinds or one[2].get("type") in kinds]
        return self.rng.choice(fields) if fields else (None, None, None)

    def is_wrong(self, operation, body):
        return bool(self.contract.problems(operation.body["schema"], body))

    def if_wrong(self, operation, body):
        return self.with_body(operation, body) if self.is_wrong(operation, body) else None

    # Bodies.

    def extra_field(self, operation):
        body = self.example(operation)
        into = self.field(operation, body)[0]
        into = body if into is None else into
        into[self.rng.choice(["urgent", "", "Text", "text ", "__proto__", "röle", "a" * 5000, "role\u0000", BIDI])] = 1
        return self.if_wrong(operation, body)

    def missing_field(self, operation):
        body = self.example(operation)
        into, name, _ = self.field(operation, body)
        if into is None or name not in into:
            return None
        if self.rng.random() < 0.5:
            del into[name]
        else:
            into[name] = None
        return self.if_wrong(operation, body)

    def wrong_type(self, operation):
        body = self.example(operation)
        into, name, its = self.field(operation, body)
        if into is None:
            return None
        wrong = [one for one in (7, 1.5, True, "seven", [], [1], {}, {"a": 1}, [[]], [None]) if self.contract.problems(its, one)]
        into[name] = self.rng.choice(wrong)
        return self.if_wrong(operation, body)

    def out_of_range(self, operation):
        body = self.example(operation)
        into, name, its = self.field(operation, body, "integer", "array", "string")
        if into is None:
            return None
        if its["type"] == "integer":
            into[name] = self.rng.choice([its["minimum"] - 1, its["maximum"] + 1, 2**63, 2**64, -2**63, 10**30])
        elif its["type"] == "array" and "maxItems" in its:
            one = (into.get(name) or [self.value(its["items"])])[0]
            into[name] = [one] * self.rng.choice([its["maxItems"] + 1, 1000, 10_000])
        elif "enum" in its:
            into[name] = self.rng.choice(["", "Live", "LIVE", "live ", "none", "live\u0000", "0"])
        elif "pattern" in its:
            into[name] = self.rng.choice(["", "zzzz", "0" * 129, "2026-13-45", "2026-02-30T25:61:61Z", "0000 ", "-1", "../..", "'; --"])
            if into[name].startswith("2026-"):
                return self.with_body(operation, body)  # no such time, though the pattern has it
        return self.if_wrong(operation, body)

    def overlong(self, operation):
        body = self.example(operation)
        into, name, its = self.field(operation, body, "string")
        if into is None or "maxLength" not in its:
            return None
        least, most = its.get("minLength", 0), its["maxLength"]
        sizes = [most + 1, most * 2, max(300_000, most + 1)] + ([least - 1] if least > 0 else [])
        into[name] = "x" * self.rng.choice(sizes)
        return self.with_body(operation, body)

    def strange_words(self, operation):
        """Words may say much; with a field that is unknown all of it is wrong."""
        body = self.example(operation)
        into, name, _ = self.field(operation, body, "string")
        (body if into is None else into)[name or "a"] = self.rng.choice([CONTROLS, BIDI, "\ud800", "\udfff\ud800", "\ufffe\uffff", "e\u0301" * 400, "%n%s" * 9,
                                             "</script>", "\U0010ffff"])
        body[BIDI + CONTROLS] = CONTROLS
        return self.with_body(operation, body)

    def not_utf8(self, operation):
        body = self.example(operation)
        into, name, _ = self.field(operation, body, "string")
        (body if into is None else into)[name or "a"] = "?!?"
        wrong = self.rng.choice([b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80"])
        return self.with_body(operation, json.dumps(body).encode().replace(b"?!?", wrong))

    def nested(self, operation):
        opening, closing = self.rng.choice([(b"[", b"]"), (b'{"a":', b"}")])
        inner = b"1" if opening != b"[" else b""
        most = 1_000_000 // (len(opening) + len(closing)) * 2  # what 2 MiB have room for
        depth = most if self.nesting >= 10_000 and self.rng.random() < 0.1 else self.nesting
        deep = opening * depth + inner + closing * depth
        form = self.rng.choice(["whole", "torn", "unknown", "known", "root"])
        if form == "whole":
            return self.with_body(operation, b"[1," + deep + b"]")
        if form == "torn":
            return self.with_body(operation, opening * depth)
        body = self.example(operation)
        name = {"unknown": "deep", "known": next(iter(body), "deep"), "root": "root"}[form]
        body[name] = "?!?"
        body["unknown"] = 1  # a draft's body may be deep
        return self.with_body(operation, json.dumps(body).encode().replace(b'"?!?"', deep))

    def strange_number(self, operation):
        body = self.example(operation)
        into, name, its = self.field(operation, body, "integer", "string", "boolean")
        number = self.rng.choice(NUMBERS)
        (body if into is None else into)[name or "a"] = "?!?"
        return self.with_body(operation, json.dumps(body).encode().replace(b'"?!?"', number.encode()))

    def twice(self, operation):
        """The second is what counts, and is wrong."""
        body = self.example(operation)
        name = next(iter(body), "a")
        text = json.dumps({**body, "?!?": ["wrong", {}]}).replace('"?!?"', json.dumps(name))
        return self.with_body(operation, text.encode()) if self.is_wrong(operation, {**body, name: ["wrong", {}]}) else None

    def not_an_object(self, operation):
        return self.with_body(operation, self.rng.choice([b"7", b'"text"', b"true", b"null", b"[]", b"[[]]", b"[null]", b"[7]", b"[{},{}]"]))

    def torn_json(self, operation):
        text = json.dumps({**self.example(operation), "a": [1, "x"]}).encode()
        if self.rng.random() < 0.5:
            return self.with_body(operation, text[:self.rng.randrange(1, len(text))])
        at = self.rng.randrange(len(text))
        broken = text[:at] + self.rng.choice([b"\x00", b"//", b",,", b"'", b"\\x", b"}{", b"\xef\xbb\xbf"]) + text[at:]
        return self.with_body(operation, broken)  # whatever it is: it has a field that is unknown

    def other_content(self, operation):
        body = self.rng.choice([b"<a/>", b"text=x&class=live", b"\x1f\x8b\x08\x00", b"--x\r\n\r\n--x--", b"\xa1\x01\x02", b"\xff\xfe{\x00}\x00", b" \n"])
        kind = self.rng.choice(["application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "\"", "a/b;" * 50])
        return self.whole(operation, body if body.strip() else b"\x00", [("Content-Type", kind), ("Content-Encoding", "gzip")])

    # Addresses and heads.

    def wrong_body(self, operation):
        """With what else is wrong, so that nothing is done by it."""
        return b'{"unknown": 1}' if operation.method == "POST" else b""

    def bad_path(self, operation):
        wrong = self.rng.choice(["%", "%2", "%zz", "%00", "%0a", "%ff", "%c0%af", "%ed%a0%80", "%7f", "a" * 9000, "..%2f..",
                                 "%252e%252e", "%e2%80%ae", "%20", "'--", "0" * 64, "99999999999999999999", "%F0%9F%92%A3", "", "*"])
        target = operation.address(self.places)
        names = operation.names("path")
        if names and self.rng.random() < 0.7:
            target = operation.address({**self.places, self.rng.choice(names): wrong})
        else:
            target += "/" + wrong
        if operation.path == "/v1/officers/{officer}/grants" or not names:
            target = target.rstrip("/") + "/%"
        return self.whole(operation, self.wrong_body(operation), target=target + self.query(operation))

    def unknown_query(self, operation):
        name = self.rng.choice(["x", "Limit", "after%5b%5d", "role%00", "%e2%80%ae", "a" * 3000])
        joint = "&" if operation.takes_file else "?"
        target = operation.address(self.places) + self.query(operation) + f"{joint}{name}=1"
        return self.whole(operation, self.wrong_body(operation), target=target)

    def bad_query(self, operation):
        names = operation.names("query")
        if not names:
            return None
        name = self.rng.choice(names)
        its = self.contract.resolve(next(one for one in operation.parameters if one["name"] == name)["schema"])
        if its.get("type") == "integer":
            values = ["", "-1", "1.0", "0x1", "1e3", "9223372036854775808", "9" * 21, "abc", "%201", "1%00"]
        else:
            values = ["", "x" * (its.get("maxLength", 64) + 1), "%ff", "%0a", "%"]
        twice = f"{name}=1&{name}=1"
        target = operation.address(self.places) + "?" + self.rng.choice([f"{name}={value}" for value in values] + [twice])
        return self.whole(operation, b"", target=target)

    def wrong_method(self, operation):
        taken = {one.method for one in self.contract.operations if one.path == operation.path}
        wrong = [one for one in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get", "PoSt") if one not in taken]
        return self.whole(operation, self.wrong_body(operation), method=self.rng.choice(wrong))

    def bad_session(self, operation):
        token = self.tokens[0]
        value = self.rng.choice(["", "Bearer", "Bearer ", f"Bearer {token}0", f"Bearer {token[:-1]}", f"Basic {token}", f"Bearer  {token}",
                                 f"Bearer {token[:32]}\u00e9{token[33:]}", "Bearer " + "0" * 64, "Bearer " + "g" * 64, "Bearer " + "0" * 9000,
                                 f"{token}", "Digest username=\"x\"", f"Bearer {token},Bearer {token}"])
        body = self.wrong_body(operation)
        if not operation.needs_session and operation.method == "GET":
            return None
        target = operation.address(self.places) + self.query(operation)
        return head(operation.method, target, [("Authorization", value)], len(body)) + body, True

    def bad_header(self, operation):
        names = operation.names("header")
        if not names:
            return None
        if "Idempotency-Key" in names:
            key = self.rng.choice(["a b", "k" * 129, "k" * 10_000, "sch\u00fcssel", "a\tb"])
            return self.whole(operation, b'{"unknown": 1}', [("Idempotency-Key", key)])
        serial = self.rng.choice(["-1", "abc", "1.5", "9223372036854775808", "9" * 40, "1 2", "0x1"])
        return self.whole(operation, b"", [("Last-Event-ID", serial)])

    def torn_http(self, operation):
        """Nobody can tell what it would have been: it is closed, with or without an answer."""
        text, _ = self.whole(operation, json.dumps(operation.example() or {}).encode() + b" ")
        return text[:self.rng.randrange(1, len(text))] if len(text) > 1 else text, False

    def oversized_head(self, operation):
        form = self.rng.choice(["value", "many", "target"])
        if form == "target":
            return self.whole(operation, b"", target="/v1/" + "a" * 20_000)
        fields = [("X-A", "a" * 20_000)] if form == "value" else [(f"X-{i}", "a" * 20) for i in range(900)]
        return self.whole(operation, self.wrong_body(operation), fields)

    def not_http(self, operation):
        target = operation.address(self.places)
        lines = [f"{operation.method} {target} HTTP/9.9\r\n\r\n", f"{operation.method} {target}\r\n\r\n", f"{operation.method}\t{target} HTTP/1.1\r\n\r\n",
                 f"{operation.method} {target} HTTP/1.1\r\nNo colon\r\n\r\n", f"{operation.method} {target} HTTP/1.1\r\n: empty\r\n\r\n",
                 f"{operation.method} {target} HTTP/1.1\r\nContent-Length: -1\r\n\r\n", f"{operation.method} {target} HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{{}}",
                 f"{operation.method} {target} HTTP/1.1\r\nContent-Length: 9e9\r\n\r\n", f"{operation.method} {target} HTTP/1.1\r\nX: a\x00b\r\n\r\n",
                 f"{operation.method} {target} HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
                 f"{operation.method} nowhere HTTP/1.1\r\n\r\n", f"{operation.method} http://station{target} HTTP/1.1\r\n\r\n",
                 "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\r\n\r\n\r\n", "\x00" * 50]
        chunks = f"{operation.method} {target} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        lines += [chunks + one for one in ("zz\r\n", "ffffffffffffffffff\r\n", "5\r\nab", "-1\r\n\r\n", "0;" + "a" * 100 + "\r\nX")]
        return self.rng.choice(lines).encode("latin-1"), False

    def oversized_body(self, operation):
        if operation.takes_file:
            return None
        size = self.rng.choice([(2 << 20) + 1, 2**40, 2**63])
        return head(operation.method, operation.address(self.places), self.session(), size) + b'{"a":', True
