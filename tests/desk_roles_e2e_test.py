#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may ask what, tried on a running station: every operation of docs/openapi.yaml as each role and without a session.

  desk_roles_e2e_test.py --programs DIR            # also holds the table in docs/api.md to what happened
  desk_roles_e2e_test.py --programs DIR --write    # writes that table
Waits are for conditions, never for a time.
"""

import argparse
import pathlib
import re
import sys
import tempfile
import unittest

from api_contract import HERE, PASSWORD, ROLES, Client, Contract, People, furnish, operations_of_routes, say, wait_for_link
from stations import Station, acquaint, agree, wait_for

PROGRAMS = None
WRITE = False
QUICK = '\n[link]\nheartbeat_idle = "1s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "1s"\n'
DOCUMENT = HERE.parent / "docs" / "api.md"
BEGIN, END = "<!-- roles -->\n", "<!-- /roles -->\n"
REFUSED = "this takes the role"
UPLOAD = "/v1/attachments"

# Of what is written on a line: nobody else is needed (docs/api.md, "Drafts and release").
NEEDS_NOBODY = {"ack", "shown", "test", "suspend", "resume", "go-on", "disregard", "drafts", "alarm-test"}
LIVE_FLASH = {"class": "live", "precedence": "flash"}
FLASH = {"precedence": "flash"}


def setUpModule():
    folder = tempfile.TemporaryDirectory(prefix="openline-roles-")
    unittest.addModuleCleanup(folder.cleanup)
    work = pathlib.Path(folder.name)
    Desk.contract = Contract()
    Desk.stations = [Station(PROGRAMS, work, code, settings=QUICK) for code in ("USA", "CHN")]
    for station in Desk.stations:
        unittest.addModuleCleanup(station.stop)
        station.start()
    acquaint(Desk.stations, work)
    agree(Desk.stations, work, more="release = { flash = 2 }\n")
    wait_for_link(Desk.stations[1:], "defense")
    Desk.people = People(Desk.stations[0])
    Desk.people.add_by_root("second", "*", "officer")
    for role in ROLES:
        Desk.people.add_by_two(f"one-{role}", "defense", role)
    Desk.alone = Desk.people.add_by_two("alone", "defense", "officer", "releaser", "supervisor", "linguist")
    Desk.places = furnish(Desk.people, Desk.people.clients["one-officer"])


class Desk(unittest.TestCase):
    """Two stations with a line on which a FLASH takes two people; officers at the first."""

    def ask(self, client, operation, role="officer"):
        """A well-formed request. Passwords and sessions stay as they are."""
        target, body, headers = operation.address(self.places), operation.example(), {}
        if operation.path == UPLOAD:
            target, body = target + "?name=map.png", b"a map"
        elif operation.path == "/v1/password":
            body = {**body, "new": "short"}
        elif operation.path in ("/v1/sign-in", "/v1/enrol"):
            body = {}
        elif operation.path.endswith(("/translations", "/ack", "/disregard")):
            body = {name: self.places["entry"] if value == "0000" else value for name, value in body.items()}
        elif operation.path.endswith("/readouts") and body:
            body = {**body, "of": self.places["call"]}
        elif operation.path.endswith("/drafts") and body and role not in ("officer", "releaser"):
            # A draft is by whoever may ask for what it is a draft of.
            of_others = {"linguist": {"of": self.places["entry"], "stage": "sight", "language": "fr", "text": "Mots."}}
            body = {"act": "translations" if role == "linguist" else "amend", "body": of_others.get(role, {"toml": ""})}
        return client.ask(operation.method, target, body, headers)

    def check(self, operation, answer, who):
        """True: it is for this one."""
        what = f"{operation.name} as {who}: {answer.status} {answer.text[:300]!r}"
        self.assertLess(answer.status, 500, what)
        self.assertEqual(self.contract.problems_of_answer(operation, answer), [], what)
        if answer.status == 401:
            self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")
        return not (answer.status == 403 and answer.body["error"]["message"].startswith(REFUSED))


class Roles(Desk):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.measured = {operation.name: {} for operation in cls.contract.operations if operation.needs_session}
        cls.told = []
        for operation in cls.contract.operations:
            for role in ROLES if operation.needs_session else ():
                name = f"one-{role}"
                client = cls.people.clients[name]
                if operation.path == "/v1/sign-out":
                    client = Client(cls.stations[0], cls.people.nobody.post("/v1/sign-in", {"name": name, "password": PASSWORD})["token"])
                answer = cls.ask(cls, client, operation, role)
                cls.told.append((operation, answer, role))

    def test_a_every_operation_is_for_its_roles_and_no_others(self):
        for operation, answer, role in self.told:
            with self.subTest(operation.name, role=role):
                self.assertNotEqual(answer.status, 401, answer.text)
                self.measured[operation.name][role] = self.check(operation, answer, role)
                self.assertEqual(self.measured[operation.name][role], role in operation.roles, answer.text)

    def test_b_the_document_has_the_table_of_what_happened(self):
        rows = ["| asked | " + " | ".join(ROLES) + " |", "|---|" + ":-:|" * len(ROLES)]
        for name, allowed in self.measured.items():
            rows.append(f"| `{name}` | " + " | ".join("●" if allowed[role] else "·" for role in ROLES) + " |")
        table = "\n".join(rows) + "\n"
        before, _, rest = DOCUMENT.read_text().partition(BEGIN)
        held, _, after = rest.partition(END)
        if WRITE:
            DOCUMENT.write_text(before + BEGIN + table + END + after)
            return
        self.assertEqual(held, table, f"docs/api.md is not what happened; to write it: {sys.executable} {sys.argv[0]} "
                                      f"--programs {PROGRAMS} --write")

    def test_without_a_session_nothing_is_told(self):
        for operation in self.contract.operations:
            for client in (self.people.nobody, Client(self.stations[0], "0" * 64)):
                answer = self.ask(client, operation)
                with self.subTest(operation.name):
                    self.check(operation, answer, "nobody")
                    self.assertEqual(answer.status == 401, operation.needs_session, answer.text)
                    if operation.needs_session:
                        self.assertEqual(answer.body["error"]["code"], "sign_in")

    def test_the_root_key_signs_four_operations_and_no_others(self):
        for operation in self.contract.operations:
            if operation.method != "POST" or not operation.needs_session or operation.path == UPLOAD:
                continue
            target = operation.address(self.places)
            answer = self.people.nobody.ask("POST", target, self.people.signed_by_root(target, operation.example()))
            with self.subTest(operation.name):
                self.assertEqual(answer.status != 401, operation.root_key, answer.text)

    def test_the_document_has_the_operations_of_the_daemon(self):
        documented = {re.sub(r"\{\w+\}", "{}", one.name) for one in self.contract.operations}
        self.assertEqual(documented - {f"POST {UPLOAD}"}, operations_of_routes())
        for path in self.contract.document["paths"]:
            if path == UPLOAD:
                continue  # below
            methods = sorted(one.method for one in self.contract.operations if one.path == path)
            for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - set(methods):
                self.check_method(path, method, methods)
        for path in ("/", "/v1", "/v1/", "/v2/status", "/v1/status/", "/v1/nothing", "/v1/lines/defense/nothing", "//v1/status"):
            self.assertEqual(self.alone.ask("GET", path).status, 404, path)

    def check_method(self, path, method, methods):
        target = re.sub(r"\{(\w+)\}", lambda found: str(self.places[found[1]]), path)
        answer = self.alone.ask(method, target)
        with self.subTest(path, method=method):
            self.assertEqual((answer.status, sorted((answer.headers["Allow"] or "").split(", "))), (405, methods), answer.text)
            self.assertEqual(answer.body["error"]["code"], "method_not_allowed")

    def test_the_address_of_uploads_says_which_method_it_takes(self):
        self.check_method(UPLOAD, "GET", ["POST"])


class TwoPeople(Desk):
    """One officer with every role at the desk, against an agreement by which a FLASH takes two people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Theirs and FLASH, so that what answers it is FLASH too: written by one, released by another.
        draft = cls.people.clients["one-officer"].post("/v1/lines/defense/drafts", {
            "act": "contacts", "body": {"to_roles": ["duty general"], "subject": "balloon", **LIVE_FLASH}}, 201)
        released = cls.people.clients["one-releaser"].post(f"/v1/drafts/{draft['draft']}/release", {
            "version": 1, "confirm": "live flash"}, 200)
        cls.flash_contact = released["entries"][0]["id"]

    def setUp(self):
        self.before = self.alone.record("defense")

    def tearDown(self):
        self.assertEqual([one["id"] for one in self.alone.record("defense")], [one["id"] for one in self.before])

    def bodies(self):
        """By the address's words after the line's: what would be FLASH."""
        examples = {one.path.removeprefix("/v1/lines/{line}/"): one.example() for one in self.contract.operations
                    if one.path.startswith("/v1/lines/{line}/") and one.method == "POST"}
        in_force = self.alone.get("/v1/agreements/defense")
        bodies = {act: body for act, body in examples.items() if act not in NEEDS_NOBODY}
        for act, body in bodies.items():
            if act.startswith("contacts/"):
                continue  # by the request's own precedence
            bodies[act] = {**body, **FLASH}
        del bodies["translations"]  # below: always ROUTINE
        bodies["readouts"]["of"] = self.places["call"]
        bodies["amend"] = {"toml": in_force["toml"].replace("flash = 2", "flash = 1") + f'amends = "{in_force["hash"]}"\n'}
        return bodies

    def check_held(self, answer, what):
        self.assertEqual(answer.status, 403, f"{what}: {answer.text}")
        self.assertEqual((answer.body["error"]["code"], answer.body["error"]["needs"]), ("release_needed", 2), what)

    def test_nothing_goes_out_by_any_address(self):
        bodies = self.bodies()
        self.assertEqual(len(bodies), 13)
        for act, body in bodies.items():
            places = {**self.places, "contact": self.flash_contact}
            target = "/v1/lines/defense/" + re.sub(r"\{(\w+)\}", lambda found: places[found[1]], act)
            with self.subTest(act):
                self.check_held(self.alone.ask("POST", target, body), act)
                self.check_held(self.alone.ask("POST", target, body, {"Idempotency-Key": f"alone-{act}"}), act)
                self.check_held(self.alone.ask("POST", target, body, {"Idempotency-Key": f"alone-{act}"}), "again")

    def test_a_list_of_texts_is_as_many_refusals(self):
        flash = {"text": "Not ours.", **LIVE_FLASH}
        answer = self.alone.ask("POST", "/v1/lines/defense/entries", [flash] * 3)
        self.assertEqual([one["error"]["code"] for one in answer.body["entries"]], ["release_needed"] * 3)
        self.assertEqual(answer.status, 403)

    def test_exercises_take_as_many_as_what_they_exercise(self):
        drill = {"text": "Drill.", "class": "exercise", "exercise": "JUNE", **FLASH}
        self.check_held(self.alone.ask("POST", "/v1/lines/defense/entries", drill), "a drill")

    def test_a_draft_of_ones_own_is_not_released_by_oneself(self):
        flash = {"text": "Not ours.", **LIVE_FLASH}
        draft = self.alone.post("/v1/lines/defense/drafts", {"act": "entries", "body": flash}, 201)
        address, release = f"/v1/drafts/{draft['draft']}", {"version": 1, "confirm": "live flash"}
        self.assertEqual(self.alone.post(f"{address}/release", release, 202)["state"], "waiting")
        self.assertEqual(self.alone.ask("POST", f"{address}/release", release).status, 409)
        other_session = self.people.sign_in("alone")
        self.assertEqual(other_session.ask("POST", f"{address}/release", release).status, 409)
        emergency = self.alone.ask("POST", f"{address}/release", {**release, "emergency": "alone here"})
        self.assertEqual((emergency.status, emergency.body["error"]["field"]), (403, "emergency"))
        # Made ROUTINE, released so, and made FLASH again: what was released is no longer it.
        self.alone.post(f"{address}/change", {"act": "entries", "body": {**flash, "precedence": "routine"}})
        self.alone.post(f"{address}/change", {"act": "entries", "body": flash})
        again = self.alone.post(f"{address}/release", {**release, "version": 3}, 202)
        self.assertEqual([one["officer"] for one in again["released_by"]], ["alone"])
        self.alone.post(f"{address}/withdraw")

    def test_nobody_makes_a_second_person_for_oneself(self):
        puppet = {"name": "puppet", "title": "P", "grants": [{"desk": "defense", "roles": ["releaser"]}]}
        proposed = self.alone.post("/v1/officers", puppet, 202)
        change = f"/v1/people-changes/{proposed['change']['number']}"
        self.assertEqual(self.alone.ask("POST", f"{change}/confirm").status, 403)
        half = {"name": "puppet", "code": proposed["code_half"] * 2, "password": PASSWORD}
        self.assertEqual(self.people.nobody.ask("POST", "/v1/enrol", half).status, 401)
        self.assertEqual(self.alone.ask("POST", "/v1/officers/first/recover").status, 403)
        taken = self.alone.post("/v1/officers/one-releaser/recover", {}, 202)
        self.assertEqual(self.alone.ask("POST", f"/v1/people-changes/{taken['change']['number']}/confirm").status, 403)
        for number in (proposed["change"]["number"], taken["change"]["number"]):
            self.alone.post(f"/v1/people-changes/{number}/refuse")


class Remainder(Desk):
    def test_what_needs_nobody_else_needs_nobody_else(self):
        """The other side of TwoPeople: what it does not hold back is what the document names, and a translation is ROUTINE."""
        theirs = self.stations[1].post("/v1/lines/defense/entries", {"text": "Theirs.", "class": "live"})["entries"][0]["id"]
        wait_for("theirs is here", lambda: any(one["id"] == theirs for one in self.alone.record("defense")))
        ours = say(self.alone, "defense", "entries", {"text": "Ours.", "class": "live"})
        line = "/v1/lines/defense/"
        self.alone.post(line + "shown", {"entries": [theirs]})
        self.alone.post(line + "ack", {"id": theirs})
        self.alone.post(line + "disregard", {"id": ours})
        self.alone.post(line + "test")
        made = say(self.alone, "defense", "translations", {"of": theirs, "stage": "sight", "language": "fr", "text": "Mots."})
        self.assertEqual(self.alone.get(f"{line}record/{made}")["precedence"], "routine")
        self.alone.post(line + "suspend", {"reason": "a drill"})
        self.alone.post(line + "resume", {"reason": "its end"})

    def test_an_officer_of_another_desk_is_nobody_here(self):
        other = self.people.add_by_two("elsewhere", "grid", *ROLES)
        for operation in self.contract.operations:
            if not operation.path.startswith("/v1/lines/{line}/") and operation.path not in ("/v1/inbox", "/v1/drafts/{draft}"):
                continue
            answer = self.ask(other, operation)
            with self.subTest(operation.name):
                if operation.path == "/v1/inbox":
                    self.assertEqual(answer.body["for_them"], [])
                else:
                    self.assertEqual(answer.status, 404 if operation.path.endswith("{draft}") else 403, answer.text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--write", action="store_true", help="write the table into docs/api.md")
    options, rest = parser.parse_known_args()
    PROGRAMS, WRITE = pathlib.Path(options.programs).resolve(), options.write
    unittest.main(argv=[sys.argv[0], *rest])
