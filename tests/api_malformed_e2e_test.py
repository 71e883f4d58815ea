#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests that are wrong, by the thousand, to a running station: each is refused in form, and nothing else happens.

  api_malformed_e2e_test.py --programs DIR [--requests 1000] [--seed N] [--nesting 10000]
They are made from docs/openapi.yaml, so that what it gains is tried by itself. Before a release: --requests 10000.
Also: clients that hold connections and say nothing do not hold back a FLASH.
"""

import argparse
import collections
import contextlib
import http.client
import json
import pathlib
import random
import select
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from api_contract import ROLES, Client, Contract, People, furnish, say, wait_for_link
from stations import Station, acquaint, agree, wait_for
from wrong_requests import PATIENCE, Generator, Wire, head

PROGRAMS = None
REQUESTS, SEED, NESTING = 1000, None, 10_000
QUIET = '\n[link]\nheartbeat_idle = "10s"\nheartbeat_busy = "5s"\nhandshake_repeat_max = "1s"\n'
CONNECTIONS = 64  # docs/api.md section 5


class Stations(unittest.TestCase):
    """Two stations with a line, and at the first an officer of each role and one of all."""


def setUpModule():
    folder = tempfile.TemporaryDirectory(prefix="openline-malformed-")
    unittest.addModuleCleanup(folder.cleanup)
    work = pathlib.Path(folder.name)
    stations = [Station(PROGRAMS, work, code, settings=QUIET) for code in ("USA", "CHN")]
    for station in stations:
        unittest.addModuleCleanup(station.stop)
        station.start()
    acquaint(stations, work)
    agree(stations, work)
    wait_for_link(stations, "defense")
    Stations.usa, Stations.chn = stations
    Stations.people = People(Stations.usa)
    for role in ROLES:
        Stations.people.add_by_root(f"one-{role}", "defense", role)
    Stations.all_roles = Stations.people.add_by_root("all", "*", *ROLES)
    Stations.socket = Stations.usa.folder / "api.sock"


class Malformed(Stations):
    @classmethod
    def setUpClass(cls):
        cls.contract, cls.wire = Contract(), Wire(cls.socket)
        cls.places = furnish(cls.people, cls.people.clients["one-officer"])

    def state(self):
        """All that may not change."""
        officers = self.all_roles.get("/v1/officers")
        return {"record": self.all_roles.record("defense"), "drafts": self.all_roles.get("/v1/drafts"), "officers": officers,
                "agreements": self.all_roles.get("/v1/agreements"), "me": self.all_roles.get("/v1/me")["officer"],
                "peers": [(one["party"], one["card_edition"]) for one in self.all_roles.get("/v1/status")["peers"]]}

    def state_but_receipts(self):
        state = self.state()
        for entry in state["record"]:  # they come as the far station gets to it
            for told in ("receipts", "signed", "labels", "unconfirmed"):
                entry.pop(told, None)
        return state

    def check_alive(self, what):
        self.assertIsNone(self.usa.process.poll(), f"{what}: the station died:\n{self.usa.log()[-1000:]}")

    def check_answers(self, what):
        """Also where it is only dying: a sanitizer writes its report first."""
        try:
            self.people.nobody.get("/metrics")
        except (OSError, http.client.HTTPException):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.usa.process.wait(PATIENCE)
        self.check_alive(what)

    def send(self, made):
        while True:
            try:
                answer = self.wire.send(made.text)
            except OSError as error:
                self.check_alive(f"{made.what}, {made.operation.name}: {error}")
                raise
            if answer is None or answer.status != 503 or answer.body["error"]["code"] != "busy":
                return answer
            time.sleep(0.05)

    def check(self, made, answer):
        if answer is None:
            self.assertFalse(made.is_http, "a whole request was not answered")
            return "closed"
        self.assertTrue(400 <= answer.status < 500, f"{answer.status}: {answer.text[:500]}")
        self.assertEqual(self.contract.problems_of_answer(made.operation, answer), [])
        return answer.status

    def test_what_is_wrong_is_refused_and_changes_nothing(self):
        seed = SEED if SEED is not None else random.SystemRandom().randrange(1 << 32)
        replay = f"seed={seed}; again: {sys.executable} {sys.argv[0]} --programs {PROGRAMS} --requests {REQUESTS} --nesting {NESTING} --seed {seed}"
        tokens = [self.all_roles.token] + [client.token for _, client in sorted(self.people.clients.items())] + ["0" * 64, None]
        before, pid, counts, by_maker = self.state_but_receipts(), self.usa.process.pid, collections.Counter(), collections.Counter()
        generator = Generator(self.contract, self.places, tokens, random.Random(seed), NESTING)
        for number in range(REQUESTS):
            made = generator.make()
            shown = made.text[:600] if len(made.text) < 1200 else made.text[:300] + b" ... " + made.text[-300:]
            for token in filter(None, tokens):
                shown = shown.replace(token.encode(), b"SESSION")
            what = f"request {number}, {made.what}, {made.operation.name}: {shown!r}\n{replay}"
            answer = self.send(made)
            if answer is None and made.is_http:
                self.check_answers(what)
            try:
                counts[self.check(made, answer)] += 1
            except AssertionError as error:
                raise AssertionError(f"{error}\n{what}") from None
            by_maker[made.what] += 1
        self.check_alive(replay)
        self.assertEqual(self.usa.process.pid, pid)
        self.all_roles.get("/v1/status")
        after = self.state_but_receipts()
        for part, its in before.items():
            self.assertEqual(after[part], its, f"{part} changed: {replay}")
        said = ", ".join(f"{count} x {status}" for status, count in sorted(counts.items(), key=str))
        print(f"{REQUESTS} requests of {len(by_maker)} kinds, seed {seed}: {said}", file=sys.stderr)

    # Found by these tests when they were new.

    def test_an_unknown_query_parameter_of_a_post_is_refused(self):
        self.assertEqual(self.all_roles.ask("POST", "/v1/lines/defense/test?urgent=1", {}).status, 400)

    def test_an_acknowledgement_with_a_key_that_is_none_is_refused(self):
        theirs = say(Client(self.chn), "defense", "entries", {"text": "Theirs.", "class": "live"})
        wait_for("theirs is here", lambda: any(one["id"] == theirs for one in self.all_roles.record("defense")))
        answer = self.all_roles.ask("POST", "/v1/lines/defense/ack", {"id": theirs}, {"Idempotency-Key": "k" * 1000})
        self.assertEqual(answer.status, 400, answer.text)

    def test_a_head_request_gets_no_body(self):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(connection.close)
        connection.connect(str(self.socket))
        connection.sendall(head("HEAD", "/metrics", [("Connection", "close")]))
        told = b"".join(iter(lambda: connection.recv(65536), b""))
        self.assertEqual(told.partition(b"\r\n\r\n")[2], b"", told)

    def test_an_upload_is_in_the_log_of_acts(self):
        self.all_roles.ask("POST", "/v1/attachments?name=map.png", b"a map")
        acts, more = [], True
        while more:
            page = self.all_roles.get(f"/v1/audit?limit=1000&after={acts[-1]['number'] if acts else 0}")
            acts, more = acts + page["acts"], page["more"]
        self.assertIn("POST /v1/attachments", {one["act"] for one in acts})


class Idlers(Stations):
    """Connections that say nothing, or say it slowly, as many as are taken."""

    def connect(self):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(PATIENCE)
        connection.connect(str(self.socket))
        self.addCleanup(connection.close)
        return connection

    def ask(self, connection, method, target, body=b""):
        connection.sendall(head(method, target, [("Authorization", "Bearer " + self.people.clients["one-officer"].token)], len(body)) + body)
        answer = http.client.HTTPResponse(connection, method=method)
        answer.begin()
        return answer.status, json.loads(answer.read())

    def test_clients_that_say_nothing_hold_back_no_flash(self):
        officer = self.connect()
        self.assertEqual(self.ask(officer, "GET", "/v1/me")[0], 200)
        slow = [self.connect() for _ in range(16)]
        words = b"GET /v1/status HTTP/1.1\r\nHost: station\r\nX-Slow: " + b"a" * 1000
        idle = [self.connect() for _ in range(CONNECTIONS)]  # more than it takes
        told = lambda: select.select(idle, [], [], 0)[0]  # noqa: E731
        wait_for("those beyond its limit are told so", lambda: len(told()) >= 1 + len(slow) + len(idle) - CONNECTIONS)
        for one in told():
            self.assertTrue(one.recv(4096).startswith(b"HTTP/1.1 503 "))
            idle.remove(one)
        self.assertGreater(len(idle), CONNECTIONS // 2)
        sent = []
        for second in range(3):
            for one in slow:
                one.sendall(words[second:second + 1])
            flash = json.dumps({"text": f"Hold your fire, {second}.", "class": "live", "precedence": "flash"}).encode()
            status, body = self.ask(officer, "POST", "/v1/lines/defense/entries", flash)
            self.assertEqual(status, 201, body)
            sent.append(body["entries"][0]["id"])
            time.sleep(1)  # the slow ones' pace, not ours
        for entry in sent:
            wait_for("it is on record at the far end", lambda: any(one["id"] == entry for one in self.chn.record("defense")), PATIENCE)
        self.assertEqual(self.ask(officer, "GET", "/v1/me")[0], 200)
        for one in slow + idle:
            one.close()
        wait_for("others are let in again", lambda: self.let_in())

    def let_in(self):
        try:
            return self.people.clients["one-officer"].ask("GET", "/v1/me").status == 200
        except (OSError, http.client.HTTPException):
            return False


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--seed", type=int, help="of a run that failed; default: a new one")
    parser.add_argument("--nesting", type=int, default=NESTING, help="how deep JSON is nested where it is")
    options, rest = parser.parse_known_args()
    PROGRAMS = pathlib.Path(options.programs).resolve()
    REQUESTS, SEED, NESTING = options.requests, options.seed, options.nesting
    unittest.main(argv=[sys.argv[0], *rest])
