# SPDX-License-Identifier: Apache-2.0
"""docs/openapi.yaml for tests: its operations, its schemas held to values, and officers at a real station."""

import collections
import hashlib
import json
import pathlib
import re
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "independent"))

from crypto import SigningKey  # noqa: E402
from stations import UnixConnection, wait_for  # noqa: E402

DOCUMENT = HERE.parent / "docs" / "openapi.yaml"
ROUTES = HERE.parent / "daemon" / "api" / "routes.cc"
ROLES = ("officer", "releaser", "supervisor", "linguist", "engineer", "auditor")
PASSWORD = "a long enough word"
PATIENCE = 60

Answer = collections.namedtuple("Answer", "status headers text body")  # body: of JSON, else None


class Operation:
    def __init__(self, contract, path, method, its):
        self.path, self.method = path, method.upper()
        self.name = f"{self.method} {path}"
        self.needs_session = its.get("x-session") != "none"
        self.root_key = its.get("x-root-key", False)
        self.roles = tuple(its.get("x-roles", ()))
        shared = contract.document["paths"][path].get("parameters", [])
        self.parameters = [contract.resolve(one) for one in shared + its.get("parameters", [])]
        content = its.get("requestBody", {}).get("content", {})
        self.body = content.get("application/json")  # schema, example
        self.takes_file = "application/octet-stream" in content
        self.responses = {status: contract.resolve(one) for status, one in its["responses"].items()}
        success = [one for status, one in self.responses.items() if status != "default"]
        self.is_stream = any("text/event-stream" in one.get("content", {}) for one in success)

    def names(self, place):
        return [one["name"] for one in self.parameters if one["in"] == place]

    def address(self, places):
        """The path with what stands for its parameters."""
        return re.sub(r"\{(\w+)\}", lambda found: str(places[found[1]]), self.path)

    def example(self):
        return self.body.get("example", {}) if self.body else None


class Contract:
    def __init__(self, file=DOCUMENT):
        self.document = yaml.safe_load(file.read_text())
        self.operations = [Operation(self, path, method, its) for path, methods in self.document["paths"].items()
                           for method, its in methods.items() if method != "parameters"]

    def resolve(self, one):
        while "$ref" in one:
            target = self.document
            for word in one["$ref"].removeprefix("#/").split("/"):
                target = target[word]
            one = target
        return one

    def problems(self, schema, value, place=""):
        """How `value` is not of `schema`; of JSON Schema what the document uses."""
        schema = self.resolve(schema)
        found = []
        for choices in ("oneOf", "anyOf"):
            tried = [self.problems(one, value, place) for one in schema.get(choices, [])]
            if tried and all(tried):
                found += min(tried, key=len)
        for one in schema.get("allOf", []):
            found += self.problems(one, value, place)
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else types
        if types and not any(is_of_type(one, value) for one in types):
            return found + [f"{place or 'it'} is no {' or '.join(types)}: {value!r}"[:200]]
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{place} is none of {schema['enum']}: {value!r}")
        if isinstance(value, str):
            size = len(value.encode())
            if "pattern" in schema and not re.search(schema["pattern"], value):
                found.append(f"{place} does not match {schema['pattern']}: {value!r}")
            if not schema.get("minLength", 0) <= size <= schema.get("maxLength", size):
                found.append(f"{place} has {size} bytes")
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
                found.append(f"{place} is out of range: {value}")
        elif isinstance(value, list):
            if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
                found.append(f"{place} has {len(value)} items")
            for at, item in enumerate(value):
                found += self.problems(schema.get("items", {}), item, f"{place}[{at}]")
        elif isinstance(value, dict):
            found += self._problems_of_object(schema, value, place)
        return found

    def _problems_of_object(self, schema, value, place):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        found = [f"{place}.{name} is missing" for name in schema.get("required", []) if name not in value]
        if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", len(value)):
            found.append(f"{place} has {len(value)} fields")
        for name, item in value.items():
            if name in properties:
                its = properties[name]
            elif others is False:
                found.append(f"{place}.{name} is not in the document")
                continue
            else:
                its = {} if others is True else others
            if item is not None or name in schema.get("required", []):  # null is as good as absent
                found += self.problems(its, item, f"{place}.{name}")
        return found

    def problems_of_answer(self, operation, answer):
        if answer.status >= 400:
            response = operation.responses["default"]
        elif str(answer.status) in operation.responses:
            response = operation.responses[str(answer.status)]
        else:
            return [f"status {answer.status} is not in the document"]
        given = answer.headers.get("Content-Type", "").split(";")[0]
        if given not in response["content"]:
            return [f"{given} is not in the document"]
        if given != "application/json":
            return []
        return self.problems(response["content"][given]["schema"], answer.body)


def is_of_type(name, value):
    return {"object": isinstance(value, dict), "array": isinstance(value, list), "string": isinstance(value, str),
            "boolean": isinstance(value, bool), "null": value is None,
            "integer": isinstance(value, int) and not isinstance(value, bool),
            "number": isinstance(value, (int, float)) and not isinstance(value, bool)}[name]


def operations_of_routes(text=None):
    """What daemon/api/routes.cc lists, as it writes it: an argument is {}."""
    rows = re.findall(r'\{"(GET|POST)",\s*\{([^}]*(?:\{\}[^}]*)*)\},\s*&Api', text or ROUTES.read_text())
    return {f"{method} /" + "/".join(re.findall(r'"([^"]*)"', path)) for method, path in rows}


class Client:
    """Asks a station as one officer, or as nobody."""

    def __init__(self, station, token=None):
        self.socket, self.token = station.folder / "api.sock", token

    def ask(self, method, target, body=None, headers=None):
        """Streams are left once they are open."""
        if not isinstance(body, (bytes, type(None))):
            body = json.dumps(body).encode()
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **(headers or {})}
        connection = UnixConnection(self.socket, PATIENCE)
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            kind = answer.headers.get_content_type()
            text = b"" if kind == "text/event-stream" else answer.read()
        finally:
            connection.close()
        return Answer(answer.status, answer.headers, text, json.loads(text) if kind == "application/json" and text else None)

    def get(self, target):
        answer = self.ask("GET", target)
        assert answer.status == 200, f"GET {target}: {answer.status} {answer.text[:300]}"
        return answer.body

    def post(self, target, body=None, *expected):
        answer = self.ask("POST", target, {} if body is None else body)
        assert answer.status in (expected or (200, 201)), f"POST {target}: {answer.status} {answer.text[:300]}"
        return answer.body

    def record(self, line):
        """What people wrote: stations test the line meanwhile, and officers come and go."""
        entries, after, more = [], 0, True
        while more:
            page = self.get(f"/v1/lines/{line}/record?after={after}&limit=1000")
            entries += page["entries"]
            after, more = entries[-1]["serial"] if entries else 0, page["more"]
        return [one for one in entries if one["kind"] not in ("test", "test answer", "attendance")]


def grants(desk, *roles):
    return [{"desk": desk, "roles": list(roles)}]


class People:
    """Makes officers at a station, as docs/api.md says under People. The first supervises every desk."""

    def __init__(self, station):
        self.station, self.nobody, self.clients = station, Client(station), {}
        self.streams = []  # held open: who attends
        self.nobody.post("/v1/officers", {"name": "first", "title": "Capt. First", "grants": grants("*", "supervisor"),
                                          "password": PASSWORD}, 201)
        self.sign_in("first")

    def sign_in(self, name):
        token = self.nobody.post("/v1/sign-in", {"name": name, "password": PASSWORD})["token"]
        self.clients[name] = Client(self.station, token)
        return self.clients[name]

    def enrol(self, name, code):
        self.nobody.post("/v1/enrol", {"name": name, "code": code, "password": PASSWORD})
        return self.sign_in(name)

    def signed_by_root(self, address, body):
        """The body with the root key's signature of this request (protocol.md section 3)."""
        given = self.nobody.get("/v1/root-challenge")
        digest = hashlib.blake2b(json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(),
                                 digest_size=32).digest()
        payload = bytes.fromhex(given["station"]) + bytes.fromhex(given["challenge"]) + digest + address.encode()
        root = SigningKey(bytes.fromhex((self.station.folder / "root.key").read_text().strip()))
        return {**body, "root": {"challenge": given["challenge"],
                                 "signature": root.sign("openline people 1", b"", payload).hex()}}

    def add_by_root(self, name, desk, *roles):
        body = self.signed_by_root("/v1/officers", {"name": name, "title": f"Lt. {name} ü", "grants": grants(desk, *roles)})
        return self.enrol(name, self.nobody.post("/v1/officers", body, 200)["code"])

    def add_by_two(self, name, desk, *roles, proposer="first", confirmer="second"):
        proposed = self.clients[proposer].post("/v1/officers", {"name": name, "title": f"Lt. {name}",
                                                                "grants": grants(desk, *roles)}, 202)
        change = f"/v1/people-changes/{proposed['change']['number']}/confirm"
        other = self.clients[confirmer].post(change, {}, 200)["code_half"]
        return self.enrol(name, proposed["code_half"] + "-" + other)


def say(client, line, what, body):
    """The id of the entry that it made."""
    return client.post(f"/v1/lines/{line}/{what}", body)["entries"][0]["id"]


def attend(client, line):
    """The connection is the attendance, for as long as it is kept."""
    connection = UnixConnection(client.socket, PATIENCE)
    connection.request("GET", f"/v1/lines/{line}/attend", headers={"Authorization": f"Bearer {client.token}"})
    answer = connection.getresponse()
    assert answer.status == 200
    return answer  # the socket is its own now: it closes with it


def furnish(people, writer, line="defense", takes_watch="one-releaser"):
    """Something for every address to be about; what stands for the parameters of paths."""
    live = {"class": "live"}
    places = {"line": line, "agreement": writer.get(f"/v1/agreements/{line}")["hash"]}
    places["entry"] = say(writer, line, "entries", {"text": "Routine words.", **live})
    places["contact"] = say(writer, line, "contacts", {"to_roles": ["duty general"], "subject": "balloon", **live})
    places["visit"] = say(writer, line, "visits", {"name": "June", "place": "Geneva", "from": "2026-12-01",
                                                   "to": "2026-12-02", "goals": ["talk"], **live})
    places["call"] = say(writer, line, "calls", {"stage": "agreed", "at": "2026-12-01T10:00:00Z", **live})
    places["readout"] = say(writer, line, "readouts", {"of": places["call"], "mark": "national", "text": "We spoke."})
    uploaded = writer.ask("POST", "/v1/attachments?name=map.png", b"a map")
    assert uploaded.status == 201, uploaded
    places["hash"] = uploaded.body["hash"]
    draft = writer.post(f"/v1/lines/{line}/drafts", {"act": "entries", "body": {"text": "Hold.", "precedence": "flash", **live}}, 201)
    places["draft"] = draft["draft"]
    people.clients["first"].post("/v1/officers", {"name": "asked-for", "title": "Nobody yet", "grants": grants(line, "officer")}, 202)
    places["change"] = people.clients["first"].get("/v1/officers")["changes"][-1]["number"]
    places["alarm"] = writer.post(f"/v1/lines/{line}/alarm-test", {}, 201)["number"]
    places["desk"] = line
    people.streams.append(attend(writer, line))
    writer.post("/v1/here", {"desk": line})
    wait_for("the writer is on watch", lambda: writer.get(f"/v1/desks/{line}/watch")["mine"] == "on-watch")
    places["hand_over"] = writer.post(f"/v1/desks/{line}/hand-overs", {"to": takes_watch}, 201)["hand_over"]
    places["key"] = "AAAA"  # nobody's
    places["officer"] = "nobody"  # an address of people that changes nobody
    return places


def wait_for_link(stations, line):
    for station in stations:
        wait_for(f"{station.code} hears the other", lambda: station.line(line)["members"][0]["reachable"])
