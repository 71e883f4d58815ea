#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A desk manned by people, of whom two release a FLASH, with real stations and all of it by `openline`.

  desk_e2e_test.py --programs DIR [--seed N]
Stations are killed with SIGKILL at moments that the seed chooses. Waits are for conditions, never for a time.
"""

import argparse
import json
import os
import pathlib
import random
import stat
import subprocess
import sys
import tempfile
import time
import unittest

from cli_e2e_test import Terminal
from stations import ApiError, Station, UnixConnection, acquaint, agree, wait_for

PROGRAMS = None
SEED = 0
QUICK = '\n[link]\nheartbeat_idle = "1s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "1s"\n'
RELEASES_KILLED = 6
FAR_PLAN = """[[desk]]
name = "defense"
silence_after = "1h"  # stations are killed here, and this is not about that
bell = ["{bell}"]
bell_every = "1s"
[[desk.step]]
after = "1s"
name = "duty officer at home"
command = ["{pager}"]
"""


class MannedStation(Station):
    """One where nothing is told without a session: this program reads with that of `reader`."""

    reader = None

    def answers(self):
        try:
            return super().answers()
        except ApiError as error:
            return error.status == 401

    def request(self, method, target, body=None, headers=None, timeout=30):
        if self.reader is not None:
            headers = {**(headers or {}), "Authorization": f"Bearer {self.reader.token()}"}
        return super().request(method, target, body, headers, timeout)

    def restart(self):
        self.kill()
        self.start()


class Officer:
    """A person with a terminal of their own: their password in a file, and their session in another."""

    def __init__(self, station, name):
        self.station, self.name = station, name
        folder = station.folder.parent / "people"
        folder.mkdir(exist_ok=True)
        self.session = folder / f"{station.code}-{name}.session"
        self.password = f"{name} of {station.code} knows {random.SystemRandom().getrandbits(64):x}"
        self.password_file = folder / f"{station.code}-{name}.password"
        self.password_file.write_text(self.password + "\n")

    def cli(self, *words, **more):
        return self.station.cli(*words, env={**os.environ, "TZ": "UTC", "OPENLINE_SESSION": str(self.session)}, **more)

    def told(self, *words):
        return json.loads(self.cli("--json", *words).stdout)

    def command(self, *words):
        return ["/usr/bin/env", f"OPENLINE_SESSION={self.session}", str(PROGRAMS / "openline"), "-s", str(self.station.folder), *words]

    def terminal(self, case, *words):
        terminal = Terminal(self.command(*words))
        case.addCleanup(terminal.kill)
        return terminal

    def sign_in(self):
        return self.cli("sign-in", self.name, "--password-file", str(self.password_file)).stdout

    def enrol(self, code):
        self.cli("enrol", self.name, "--code", code, "--password-file", str(self.password_file))
        self.sign_in()

    def token(self):
        return self.session.read_text().strip()

    def draft(self, text, *words):
        """A live FLASH that waits for others."""
        return self.told("send", "defense", "--live", "-p", "flash", "--draft", *words, text)


def script_that_notes(file, notes):
    """A program that adds its standard input to a file."""
    file.write_text(f'#!/bin/sh\ncat >> "{notes}"\n')
    file.chmod(0o700)
    return file


def noted(notes):
    """What was written to such a file, one object a line; the last may be on its way."""
    text = notes.read_text() if notes.exists() else ""
    return [json.loads(line) for line in text.split("\n")[:-1]]


class ADesk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="openline-desk-")
        cls.addClassCleanup(folder.cleanup)
        cls.work = pathlib.Path(folder.name)
        cls.dice = random.Random(SEED)
        cls.usa, cls.chn = stations = [MannedStation(PROGRAMS, cls.work, code, settings=QUICK) for code in ("USA", "CHN")]
        cls.bells, cls.pages = cls.work / "bells", cls.work / "pages"
        bell = script_that_notes(cls.work / "bell.sh", cls.bells)
        pager = script_that_notes(cls.work / "pager.sh", cls.pages)
        (cls.chn.folder / "desk.toml").write_text(FAR_PLAN.format(bell=bell, pager=pager))
        for station in stations:
            cls.addClassCleanup(station.stop)
            station.start()
        acquaint(stations, cls.work)
        agree(stations, cls.work, more="release = { flash = 2 }\n")
        cls.smith, cls.brown, cls.jones, cls.lee = (Officer(cls.usa, name) for name in ("smith", "brown", "jones", "lee"))
        cls.wang = Officer(cls.chn, "wang")

    def tearDown(self):
        for station in (self.usa, self.chn):
            if station.process.poll() is not None:
                print(f"{station.code} stopped with {station.process.returncode}:\n{station.log()[-6000:]}", file=sys.stderr)

    def texts_at(self, station, text):
        return [entry for entry in station.record("defense") if entry.get("text") == text]

    def arrived(self, text):
        """The entry at the far station, which has it once, as the own one has."""
        wait_for(f"{text!r} at CHN", lambda: self.texts_at(self.chn, text))
        for station in (self.usa, self.chn):
            self.assertEqual(len(self.texts_at(station, text)), 1, text)
        return self.texts_at(self.chn, text)[0]

    def release(self, officer, number):
        return officer.cli("release", str(number), "--confirm", "live flash").stdout

    def alarms(self, officer):
        return officer.told("alarms")["alarms"]

    def about(self, officer, entry):
        return [alarm for alarm in self.alarms(officer) if alarm.get("entry") == entry]

    # People.

    def test_01_the_first_is_a_supervisor_the_second_comes_by_the_root_key(self):
        self.assertIn("Nobody has an account here yet", self.usa.cli("whoami").stdout)
        by_file = ("--password-file", str(self.smith.password_file))
        self.usa.cli("officer", "add", "smith", "--title", "Cdr. J. Smith", "--role", "*:officer", *by_file, code=1)
        self.usa.cli("officer", "add", "smith", "--title", "Cdr. J. Smith", "--role", "*:supervisor,officer", *by_file)
        self.assertIn("sign-in", self.usa.cli("status", code=1).stderr)
        self.assertIn("Signed in as smith, Cdr. J. Smith", self.smith.sign_in())
        self.usa.reader = self.smith
        self.assertEqual(stat.S_IMODE(self.smith.session.stat().st_mode), 0o600)
        root = ("--root-key", str(self.usa.folder / "root.key"))
        added = json.loads(self.usa.cli("--json", "officer", "add", "brown", "--title", "Lt. C. Brown", "--role", "*:supervisor", *root).stdout)
        self.brown.cli("enrol", "brown", "--code", "0000-0000-0000-0000-0000-0000", "--password-file", str(self.brown.password_file), code=1)
        self.brown.enrol(added["code"])
        self.assertIn("brown, Lt. C. Brown: supervisor at every desk", self.brown.cli("whoami").stdout)
        self.chn.cli("officer", "add", "wang", "--title", "Col. Wang", "--role", "*:supervisor,officer",
                     "--password-file", str(self.wang.password_file))
        self.wang.sign_in()
        self.chn.reader = self.wang

    def test_02_further_ones_come_by_two_people_and_both_halves(self):
        halves = self.add("jones", "Lt. A. Jones", "defense:officer,releaser")
        for wrong in (halves[0], halves[1], halves[1] + halves[0]):
            self.jones.cli("enrol", "jones", "--code", wrong, "--password-file", str(self.jones.password_file), code=1)
        # As a person does it: the code and the password are asked at the terminal, and the password is not shown.
        terminal = self.jones.terminal(self, "enrol", "jones")
        terminal.until("The code")
        terminal.type(" ".join(halves))
        for question in ("New password", "The same again"):
            terminal.until(question)
            terminal.type(self.jones.password)
        terminal.until("The account is yours")
        self.assertEqual(terminal.ended(), 0)
        self.assertNotIn(self.jones.password, terminal.shown)
        terminal = self.jones.terminal(self, "sign-in", "jones")
        terminal.until("Password of jones")
        terminal.type(self.jones.password)
        terminal.until("Signed in as jones")
        self.assertEqual(terminal.ended(), 0)
        self.assertNotIn(self.jones.password, terminal.shown)
        self.lee.enrol("".join(self.add("lee", "Ens. M. Lee", "defense:officer")))
        listed = self.brown.cli("officer", "list").stdout
        for name in ("smith", "brown", "jones", "lee"):
            self.assertIn(f"{name}, ", listed)

    def add(self, name, title, role):
        """Proposed by one, confirmed by another and not by the same; the halves of the code, that of the first first."""
        proposed = self.smith.told("officer", "add", name, "--title", title, "--role", role)
        number = str(proposed["change"]["number"])
        self.smith.cli("officer", "confirm", number, code=1)
        return proposed["code_half"], self.brown.told("officer", "confirm", number)["code_half"]

    # Drafts and release.

    def test_03_a_flash_takes_two_and_is_read_at_the_far_station(self):
        text = "Hold your fire."
        refused = self.lee.cli("send", "defense", "--live", "-p", "flash", text, code=1)
        self.assertIn("once 2 people stand behind it", refused.stderr)
        self.assertEqual(self.texts_at(self.usa, text), [])
        made = self.lee.cli("send", "defense", "--live", "-p", "flash", "--draft", text).stdout
        self.assertIn("Nothing has gone out", made)
        draft = next(one for one in self.lee.told("drafts")["drafts"] if one["state"] == "waiting")
        number = str(draft["draft"])
        self.assertIn(f"`openline release {number}`", made)
        self.lee.cli("release", number, "--confirm", "live flash", code=1)  # no releaser, and its author
        self.brown.cli("release", number, "--confirm", "live flash", code=1)
        self.assertIn("nothing was released", self.jones.cli("release", number, "--confirm", "exercise JUNE flash", code=1).stderr)
        terminal = self.jones.terminal(self, "release", number)
        terminal.until("THIS IS LIVE")
        terminal.until("type what it is")
        terminal.type("live")
        terminal.until("nothing was released")
        self.assertEqual(terminal.ended(), 1)
        with self.assertRaises(ApiError) as wrong:  # the station itself takes no other words
            self.usa.reader = self.jones
            self.usa.post(f"/v1/drafts/{number}/release", {"version": 1, "confirm": "exercise JUNE flash"})
        self.usa.reader = self.smith
        self.assertEqual(wrong.exception.status, 422)
        self.assertEqual(self.texts_at(self.usa, text), [])

        terminal = self.jones.terminal(self, "release", number)
        terminal.until("LIVE")
        terminal.until("type what it is, which is:  live flash")
        terminal.type("live flash")
        terminal.until(f"Draft {number} is released")
        self.assertEqual(terminal.ended(), 0)
        entry = self.arrived(text)
        self.assertEqual((entry["precedence"], entry["class"], entry["role"]), ("flash", "live", "defense officer"))
        self.assertIn(text, self.wang.cli("record", "defense").stdout)
        self.assertIn("authenticated in person", self.acknowledged(entry["id"]))

    def acknowledged(self, entry):
        self.wang.cli("ack", entry[:12])
        wait_for("acknowledged at USA", lambda: self.usa.get(f"/v1/lines/defense/record/{entry}")["receipts"]["acknowledged"])
        return self.smith.cli("record", "defense").stdout

    def test_04_a_draft_outlives_a_station_that_is_killed_right_after_it_was_made(self):
        for text in ("First made, then killed.", "Again made, then killed."):
            draft = self.lee.draft(text)
            self.usa.restart()
            kept = self.jones.told("draft", str(draft["draft"]))  # the session outlives it too
            for field in ("state", "version", "author", "body", "confirm", "needs"):
                self.assertEqual(kept[field], draft[field], field)
            self.assertEqual(self.texts_at(self.usa, text), [])
            self.release(self.jones, draft["draft"])
            self.arrived(text)

    def time_of(self, how, release):
        """How long a release takes on this machine, now: kills come before, within and after."""
        draft = self.lee.draft(f"To know how long it takes, {how}.")
        start = time.monotonic()
        release(draft)
        return time.monotonic() - start

    def moment(self, turn):
        """0 to 1, one in each part of it."""
        return (turn + self.dice.random()) / RELEASES_KILLED

    def test_05_a_release_goes_out_once_however_the_station_is_killed_meanwhile(self):
        usual = self.time_of("by openline", lambda draft: self.release(self.jones, draft["draft"]))
        for turn in range(RELEASES_KILLED):
            text = f"Killed while it is released, {turn}."
            number = str(self.lee.draft(text)["draft"])
            with open(self.work / f"release-{turn}", "wb") as said:
                releasing = subprocess.Popen(self.jones.command("release", number, "--confirm", "live flash"), stdout=said,
                                             stderr=said, stdin=subprocess.DEVNULL)
            time.sleep(usual * (0.3 + 0.9 * self.moment(turn)))  # the moment of the kill, not a wait for something
            self.usa.restart()
            releasing.wait(60)
            told = self.release(self.jones, number)
            self.assertIn(f"Draft {number} is released", told)
            self.assertEqual(self.lee.told("draft", number)["state"], "released")
            self.arrived(text)

    def test_06_no_answer_to_a_release_says_nothing_and_it_is_on_record_once(self):
        self.usa.reader = self.jones
        self.addCleanup(setattr, self.usa, "reader", self.smith)
        usual = self.time_of("by the API", self.asked_and_answered)
        for turn in range(RELEASES_KILLED):
            text = f"Killed within milliseconds, {turn}."
            draft = self.lee.draft(text)
            asking = self.asked_and_left(draft)
            time.sleep(usual * 1.5 * self.moment(turn))  # the moment of the kill
            self.usa.restart()
            asking.close()
            self.assertIn("is released", self.release(self.jones, draft["draft"]))
            self.assertEqual(len(self.jones.told("draft", str(draft["draft"]))["entries"]), 1)
            self.arrived(text)

    def asked_and_left(self, draft):
        """The connection on which the release was asked, and its answer is not read."""
        connection = UnixConnection(self.usa.folder / "api.sock")
        connection.request("POST", f"/v1/drafts/{draft['draft']}/release",
                           json.dumps({"version": draft["version"], "confirm": draft["confirm"]}),
                           {"Authorization": f"Bearer {self.jones.token()}"})
        return connection

    def asked_and_answered(self, draft):
        asking = self.asked_and_left(draft)
        self.assertEqual(asking.getresponse().status, 200)
        asking.close()

    def test_07_one_releaser_takes_an_entry_back(self):
        self.lee.cli("send", "defense", "--live", "We come to port 7.")
        entry = self.arrived("We come to port 7.")
        self.lee.cli("disregard", "defense", entry["id"][:12], code=1)
        self.jones.cli("disregard", "defense", entry["id"][:12], "--reason", "it is port 8")
        wait_for("disregarded at CHN", lambda: self.chn.get(f"/v1/lines/defense/record/{entry['id']}")["receipts"].get("disregarded"))
        told = self.wang.cli("record", "defense").stdout
        self.assertIn("it is port 8", told)
        self.assertIn("isregard", told)

    # Alarms.

    def acknowledge_all(self):
        """What of ours waits at the far station: nothing rings there any more."""
        for item in self.wang.told("inbox")["for_us"]:
            self.wang.cli("ack", item["id"][:12])
        wait_for("nothing rings at CHN", lambda: not self.alarms(self.wang))

    def test_08_an_alarm_rings_until_the_message_is_acknowledged_and_its_step_is_taken_once(self):
        self.acknowledge_all()
        desk = self.wang.terminal(self, "attend", "defense")
        desk.until("is attended by")
        text = "Missiles are not ours."
        number = str(self.lee.draft(text)["draft"])
        # A draft that waits rings at home, and may be answered there.
        alarm = wait_for("the draft's alarm", lambda: [one for one in self.alarms(self.smith) if one.get("draft") == int(number)])[0]
        self.assertEqual((alarm["kind"], alarm["precedence"], alarm["rings"]), ("draft", "flash", True))
        self.smith.cli("alarm", "answer", str(alarm["number"]))
        self.assertIn("answered by smith", self.smith.cli("alarms").stdout)
        self.release(self.jones, number)
        wait_for("the draft's alarm is over", lambda: not any(one.get("draft") == int(number) for one in self.alarms(self.smith)))

        entry = self.arrived(text)["id"]
        desk.until(r"\a")
        desk.until(r"ALARM \d+ RINGS: .*FLASH.*LIVE.* from USA")

        def mine(notes):
            return [note for note in noted(notes) if note["alarm"].get("entry") == entry]

        step = wait_for("the step", lambda: mine(self.pages))[0]
        self.assertEqual((step["change"], step["alarm"]["kind"], step["alarm"]["step"]), ("step", "message", "duty officer at home"))
        self.assertTrue(wait_for("the bell", lambda: mine(self.bells))[0]["alarm"]["rings"])
        desk.until(r"ALARM \d+ RINGS: .*step taken: duty officer at home")
        wait_for("the log has how the step ended", lambda: "ended with code 0" in self.wang.cli("audit", "--limit", "1000").stdout)
        listed = self.wang.cli("alarms").stdout
        for words in ("RINGS", "FLASH", "LIVE", "last step: duty officer at home", entry[:8]):
            self.assertIn(words, listed)
        before = self.about(self.wang, entry)[0]
        refused = self.wang.cli("alarm", "answer", str(before["number"]), code=5)
        self.assertIn("until the message itself is acknowledged", refused.stderr)

        rung = len(mine(self.bells))
        self.chn.restart()
        self.assertEqual(self.about(self.wang, entry), [before])
        desk.until("The station answers again")
        desk.until(rf"ALARM {before['number']} RINGS")
        desk.until(rf"\aALARM {before['number']} STILL RINGS: .*FLASH.*LIVE")
        wait_for("the bell rings again", lambda: len(mine(self.bells)) > rung + 1)
        self.wang.cli("ack", entry[:12])
        desk.until(rf"Alarm {before['number']} is over")
        wait_for("it is over", lambda: not self.alarms(self.wang))
        self.assertEqual(len(mine(self.pages)), 1)

        # Over is over: nothing of it after another restart, until something else rings.
        self.chn.restart()
        self.assertEqual(self.alarms(self.wang), [])
        rung = len(noted(self.bells))
        tried = self.wang.told("alarm", "test", "defense")
        desk.until(rf"ALARM {tried['number']} RINGS: .*TEST OF THE ALARM")
        wait_for("the bell and the step of the test", lambda: len(noted(self.bells)) > rung and
                 any(note["alarm"]["number"] == tried["number"] for note in noted(self.pages)))
        self.assertEqual({note["alarm"]["number"] for note in noted(self.bells)[rung:]}, {tried["number"]})
        self.assertEqual(len(mine(self.pages)), 1)
        answered = self.wang.cli("alarm", "answer", str(tried["number"])).stdout
        self.assertIn("answered by wang", answered)
        desk.until(rf"Alarm {tried['number']} is (answered|over)")
        self.assertIn("No alarms.", self.wang.cli("alarms").stdout)
        self.wang.cli("alarm", "answer", str(tried["number"]), code=4)
        desk.type("quit")
        self.assertEqual(desk.ended(), 0)

    # The desk's plan.

    def test_09_a_wrong_plan_stops_the_station_and_says_where(self):
        self.assertEqual(self.usa.stop(), 0)
        plan = self.usa.folder / "desk.toml"
        for toml, words in (('[[desk]]\nname = "defense"\nemergancy = true\n', ("emergancy", "line 3")),
                            ('[session]\nidle = "8h"\n[[desk]]\nname = "defense"\nrelease = { flash = 9 }\n', ("flash", "line 5")),
                            ('[[desk]]\nname = "defense"\nbell_every = 5\n', ("bell_every", "line 3"))):
            plan.write_text(toml)
            done = subprocess.run([str(PROGRAMS / "openlined"), str(self.usa.folder)], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 3, done.stderr)
            for word in ("desk.toml", *words):
                self.assertIn(word, done.stderr)
        plan.unlink()
        self.usa.start()

    def test_10_one_releases_alone_where_the_plan_allows_it_and_everybody_sees_it(self):
        text = "Nobody else is alive here."
        number = str(self.jones.draft(text)["draft"])
        alone = ("release", number, "--confirm", "live flash", "--emergency", "I am alone at the desk")
        self.jones.cli(*alone, code=1)
        self.assertEqual(self.texts_at(self.usa, text), [])
        (self.usa.folder / "desk.toml").write_text('[[desk]]\nname = "defense"\nemergency = true\n')
        self.assertEqual(self.usa.stop(), 0)
        self.usa.start()
        desk = self.smith.terminal(self, "attend", "defense")
        desk.until("is attended by")
        self.jones.cli("release", number, "--confirm", "live flash", code=None)  # without a reason it takes two
        self.assertEqual(self.texts_at(self.usa, text), [])
        self.jones.cli(*alone)
        desk.until("EMERGENCY: ONE PERSON")
        desk.until("released by jones alone. Reason: I am alone at the desk")
        entry = self.arrived(text)
        self.assertTrue(entry["role"].endswith(", one person (emergency)"), entry["role"])
        self.assertIn("one person (emergency)", self.wang.cli("record", "defense").stdout)
        self.assertIn("I am alone at the desk", self.smith.cli("draft", number).stdout)
        desk.type("quit")
        self.assertEqual(desk.ended(), 0)

    # What is kept.

    def test_11_the_log_names_who_did_what_and_no_password(self):
        for officer, acts in ((self.brown, ("smith", "brown", "jones", "lee", "release", "people-changes", "/v1/enrol", "/v1/sign-in", "disregard")),
                              (self.wang, ("wang", "alarm raised", "alarm step", "alarm ended", "duty officer at home", "ack"))):
            log = officer.cli("audit", "--limit", "1000").stdout
            for word in acts:
                self.assertIn(word, log)
        lines = self.brown.cli("audit", "--limit", "1000").stdout.splitlines()
        self.assertTrue(any("jones" in line and "/release" in line for line in lines))
        self.assertTrue(any("lee" in line and "/drafts" in line for line in lines))
        self.lee.cli("audit", code=1)
        self.jones.cli("audit", code=1)
        for station, officer in ((self.usa, self.brown), (self.chn, self.wang)):
            told = officer.cli("audit", "--limit", "1000").stdout + officer.cli("--json", "audit", "--limit", "1000").stdout + station.log()
            for person in self.people():
                self.assertNotIn(person.password, told)
                self.assertNotIn(person.token(), told)

    def people(self):
        return self.smith, self.brown, self.jones, self.lee, self.wang

    def test_12_the_store_of_the_desk_is_ours_alone_and_holds_no_secret_in_clear(self):
        for station in (self.usa, self.chn):
            files = sorted(station.folder.glob("desk.db*"))
            self.assertIn("desk.db", [file.name for file in files])
            for file in files:
                self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600, file)
                content = file.read_bytes()
                for person in self.people():
                    for secret in (person.password.encode(), person.token().encode(), bytes.fromhex(person.token())):
                        self.assertNotIn(secret, content, f"{file}: a secret of {person.name}")
        # They would be found: what is no secret is there in clear.
        self.assertTrue(any(b"Cdr. J. Smith" in file.read_bytes() for file in self.usa.folder.glob("desk.db*")))

    def test_13_who_signed_out_is_nobody(self):
        token = self.lee.token()
        self.lee.cli("sign-out")
        self.assertFalse(self.lee.session.exists())
        with self.assertRaises(ApiError) as gone:
            Station.request(self.usa, "GET", "/v1/me", headers={"Authorization": f"Bearer {token}"})
        self.assertEqual(gone.exception.status, 401)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    arguments, rest = parser.parse_known_args()
    PROGRAMS, SEED = pathlib.Path(arguments.programs).resolve(), arguments.seed
    result = unittest.main(argv=[sys.argv[0], *rest], failfast=True, exit=False).result
    if not result.wasSuccessful():
        print(f"seed {SEED}; again: {sys.argv[0]} --programs {PROGRAMS} --seed {SEED}", file=sys.stderr)
    sys.exit(not result.wasSuccessful())
