#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two real stations and everything that officers, engineers and auditors do with `openline`.

  cli_e2e_test.py --programs DIR
Waits are for conditions, never for a time.
"""

import argparse
import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from stations import AGREEMENT, Station, all_stored, free_ports, wait_for

PROGRAMS = None
QUICK = '\n[link]\nheartbeat_idle = "1s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "1s"\n'


class Terminal:
    """A program on a terminal of its own: what it shows, and what an officer types."""

    def __init__(self, command):
        self.shown = ""
        child, master = pty.fork()
        if child == 0:
            os.environ.update(TERM="xterm", TZ="UTC")
            os.execv(command[0], command)
        self.pid, self.master = child, master
        self.seen = 0

    def type(self, line):
        os.write(self.master, (line + "\n").encode())

    def until(self, pattern, patience=60):
        """Waits until something new matches; what was shown before it counts as read."""
        end = time.monotonic() + patience
        while True:
            found = re.search(pattern, self.shown[self.seen:])
            if found:
                self.seen += found.end()
                return found
            if time.monotonic() > end or not self._read(end):
                raise AssertionError(f"{pattern!r} was not shown:\n{self.shown[self.seen:]}")

    def _read(self, end):
        ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
        try:
            piece = os.read(self.master, 65536) if ready else b""
        except OSError:  # the other end is closed
            piece = b""
        self.shown += piece.decode(errors="replace")
        return bool(piece)

    def ended(self):
        while self._read(time.monotonic() + 30):
            pass
        status = os.waitpid(self.pid, 0)[1]
        self.pid = None
        return os.waitstatus_to_exitcode(status)

    def kill(self):
        """Ends it like a terminal that dies; once it has ended nothing more happens."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = None
        if self.master is not None:
            os.close(self.master)
            self.master = None


class TwoStations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="openline-cli-")
        cls.work = pathlib.Path(cls.folder.name)
        ports = free_ports(2)
        cls.usa = Station(PROGRAMS, cls.work, "USA", settings=QUICK, listen=[f"fibre=udp:127.0.0.1:{ports[0]}"])
        cls.chn = Station(PROGRAMS, cls.work, "CHN", language="zh", settings=QUICK, listen=[f"fibre=udp:127.0.0.1:{ports[1]}"])
        cls.exchange_cards()
        cls.make_line()

    @classmethod
    def tearDownClass(cls):
        for station in (cls.usa, cls.chn):
            station.stop()
        cls.folder.cleanup()

    @classmethod
    def exchange_cards(cls):
        """Cards are made while neither station has ever run."""
        cards = {}
        for station in (cls.usa, cls.chn):
            cards[station.code] = cls.work / f"{station.code}.card"
            told = station.cli("card", "-o", str(cards[station.code]))
            cls.fingerprints = {**getattr(cls, "fingerprints", {}), station.code: told.stderr.splitlines()[1].strip()}
        key = cls.work / "courier.key"
        cls.usa.cli("courier-key", "-o", str(key), station=False)
        for one, other in ((cls.usa, cls.chn), (cls.chn, cls.usa)):
            one.start()
            declined = one.cli("accept", str(cards[other.code]), "--courier-key", str(key), input="no\n", code=1)
            assert cls.fingerprints[other.code] in declined.stdout, declined.stdout
            assert not one.get("/v1/status")["peers"], "declined, and yet accepted"
            one.cli("accept", str(cards[other.code]), "--courier-key", str(key), input="yes\n")

    @classmethod
    def make_line(cls):
        members = ", ".join(f'{{ party = "{code}", root = "{root}", desk = "defense" }}' for code, root in cls.fingerprints.items())
        terms = cls.work / "defense.toml"
        terms.write_text(AGREEMENT.format(name="defense", members=members, record="attested", languages='USA = "en", CHN = "zh"'))
        cls.terms = terms
        cls.usa.cli("agree", str(terms))
        wait_for("the proposal at CHN", lambda: cls.chn.get("/v1/agreements")["agreements"])
        proposed = cls.chn.cli("agreement", "defense").stdout
        assert "# Proposed agreement" in proposed and "# waits for CHN" in proposed, proposed
        efforts = cls.chn.cli("efforts", "defense").stdout
        assert "Proposed line defense" in efforts and "signed by USA; not signed by CHN" in efforts, efforts
        cls.chn.cli("agree", str(terms))
        for station in (cls.usa, cls.chn):
            wait_for(f"the line at {station.code}", lambda: station.get("/v1/lines")["lines"])

    def terminal(self, station, *words):
        terminal = Terminal([str(PROGRAMS / "openline"), "-s", str(station.folder), *words])
        self.addCleanup(terminal.kill)
        return terminal

    def entry(self, station, entry_id):
        return station.get(f"/v1/lines/defense/record/{entry_id}")

    def send(self, station, *words):
        told = json.loads(station.cli("--json", "send", "defense", *words).stdout)
        return told["entries"][0]["id"]

    def test_1_an_officer_attends_reads_acknowledges_and_answers(self):
        desk = self.terminal(self.chn, "attend", "defense", "--role", "duty officer")
        desk.until("The desk defense of line defense is attended by duty officer")
        wait_for("USA sees the officer", lambda: self.usa.line("defense")["members"][0]["desk_state"] == "attended")
        self.assertIn("attended by duty officer", self.usa.cli("status").stdout)
        wait_for("a good lamp", lambda: self.usa.cli("status", "--exit-code", code=None).returncode == 0)

        sent = self.usa.cli("send", "defense", "--live", "-p", "flash", "--role", "watch", "Hold your fire.\x1b[2J\nNow.")
        self.assertRegex(sent.stderr, r"(?s)FLASH  LIVE  on line defense.*LIVE \| Hold your fire\.<U\+001B>\[2J")
        found = desk.until(r"line defense, id ([0-9a-f]{8})")
        desk.until(r"LIVE\x1b\[0m \| Hold your fire\.<U\+001B>\[2J")
        desk.until("\a")  # rings
        self.assertNotIn("\x1b[2J", desk.shown)
        entry = wait_for("shown there", lambda: self.entry(self.usa, found[1]) if self.entry(self.usa, found[1])["receipts"]["shown"] else None)
        self.assertEqual(entry["receipts"]["shown"][0]["role"], "duty officer")
        self.assertFalse(entry["receipts"]["acknowledged"])

        desk.type("ack")
        desk.until("Acknowledged as duty officer")
        receipt = wait_for("acknowledged", lambda: self.entry(self.usa, found[1])["receipts"]["acknowledged"])[0]
        self.assertEqual((receipt["by"], receipt["role"], receipt["authenticated"]), ("CHN", "duty officer", False))
        self.assertIn("not personally authenticated", self.usa.cli("record", "defense").stdout)

        desk.type("send flash We hold.")
        desk.until("the class is missing")
        desk.type("send exercise JUNE flash We hold.")
        desk.until("on record here as")
        reply = wait_for("the answer at USA", lambda: [e for e in self.usa.record("defense") if e.get("text") == "We hold."])[0]
        self.assertEqual((reply["class"], reply["exercise"], reply["precedence"], reply["role"]), ("exercise", "JUNE", "flash", "duty officer"))
        self.assertIn("EXERCISE JUNE", self.usa.cli("inbox", "defense").stdout)
        self.usa.cli("ack", reply["id"][:8], "--role", "watch")
        desk.until(f"{reply['id'][:8]} acknowledged by watch")

        desk.type("quit")
        self.assertEqual(desk.ended(), 0)
        wait_for("USA sees an empty desk", lambda: self.usa.line("defense")["members"][0]["desk_state"] == "unattended")

    def test_2_a_desk_whose_terminal_dies_is_not_attended(self):
        desk = self.terminal(self.chn, "attend", "defense")
        desk.until("is attended by defense")
        wait_for("USA sees it", lambda: self.usa.line("defense")["members"][0]["desk_state"] == "attended")
        desk.kill()
        wait_for("USA sees an empty desk", lambda: self.usa.line("defense")["members"][0]["desk_state"] != "attended")

    def test_3_attendance_survives_a_restart_of_the_station_and_says_so(self):
        desk = self.terminal(self.chn, "attend", "defense", "--role", "night watch")
        desk.until("is attended by night watch")
        self.chn.kill()
        desk.until("THE STATION DOES NOT ANSWER: this desk is not attended now")
        entry = self.send(self.usa, "--service", "-p", "immediate", "Are you back?")
        self.chn.start()
        desk.until("The station answers again. The desk defense of line defense is attended by night watch")
        desk.until(r"SERVICE\x1b\[0m \| Are you back\?")
        wait_for("shown", lambda: self.entry(self.usa, entry)["receipts"]["shown"])
        desk.type("ack")
        desk.until("Acknowledged")
        os.kill(desk.pid, signal.SIGTERM)
        desk.until("Attendance of line defense has ended")
        self.assertEqual(desk.ended(), 0)

    def test_4_what_waited_is_shown_to_the_next_officer(self):
        entry = self.send(self.usa, "--service", "-p", "priority", "Left on the desk")
        wait_for("it is there", lambda: any(item["id"] == entry for item in self.chn.get("/v1/inbox")["for_us"]))
        desk = self.terminal(self.chn, "attend", "defense")
        desk.until(r"SERVICE\x1b\[0m \| Left on the desk")
        desk.type("waiting")
        desk.until("Left on the desk")
        desk.type("ack " + entry[:8])
        desk.until("Acknowledged")
        os.write(desk.master, b"\x04")  # Ctrl-D
        self.assertEqual(desk.ended(), 0)

    def test_4b_a_test_waits_for_an_officer_only_where_they_agreed_so(self):
        entry = self.send(self.usa, "--test", "-p", "flash", "Do you see this?")
        desk = self.terminal(self.chn, "attend", "defense")
        desk.until("is attended by")
        wait_for("it is there", lambda: any(e["id"] == entry for e in self.chn.record("defense")))
        self.assertNotIn(entry, [item["id"] for item in self.chn.get("/v1/inbox")["for_us"]])
        self.send(self.usa, "--test", "-p", "flash", "And this?")
        desk.until(r"TEST\x1b\[0m \| And this\?")
        desk.until("\a")
        desk.type("ack")
        desk.until("nothing waits to be acknowledged")
        desk.type("quit")
        self.assertEqual(desk.ended(), 0)

    def test_5_files_go_along_and_arrive_unaltered(self):
        chart = self.work / "chart.png"
        chart.write_bytes(os.urandom(200_000))
        entry = self.send(self.usa, "--exercise", "JUNE", "--attach", str(chart), "The chart")
        attached = wait_for("the text", lambda: next((e for e in self.chn.record("defense") if e["id"] == entry), None))["attachments"][0]
        self.assertEqual(attached["name"], "chart.png")
        fetched = self.work / "fetched"
        wait_for("all parts", lambda: self.chn.cli("attachment", attached["hash"], "-o", str(fetched), code=None).returncode == 0)
        self.assertEqual(fetched.read_bytes(), chart.read_bytes())
        self.chn.cli("attachment", "00" * 32, "-o", str(fetched), code=4)

    def test_6_nothing_is_sent_twice_with_one_key(self):
        words = ("send", "defense", "--service", "--key", "once", "Only once")
        self.usa.cli(*words)
        self.usa.cli(*words)
        self.assertEqual(sum(e.get("text") == "Only once" for e in self.usa.record("defense")), 1)
        self.usa.cli("send", "defense", "--service", "--key", "once", "Something else", code=5)
        piped = self.usa.cli("send", "defense", "--service", "-", input="From a pipe\nin two lines\n")
        self.assertIn("on record here as", piped.stdout)
        self.assertTrue(any(e.get("text") == "From a pipe\nin two lines" for e in self.usa.record("defense")))

    def test_7_acts_are_on_record_at_both_ends(self):
        self.usa.cli("test", "defense")
        self.usa.cli("suspend", "defense", "--reason", "talks are paused")
        wait_for("suspended at CHN", lambda: self.chn.line("defense")["suspended"])
        self.assertIn("talks are paused", self.chn.cli("record", "defense").stdout)
        self.usa.cli("resume", "defense", "--reason", "talks go on")
        wait_for("resumed at CHN", lambda: not self.chn.line("defense")["suspended"])
        wait_for("the test is answered", lambda: self.usa.line("defense")["test"]["answered"])
        changed = self.work / "changed.toml"
        changed.write_text(self.terms.read_text().replace('test_every = "1h"', 'test_every = "2h"'))
        self.usa.cli("amend", "defense", str(changed))
        wait_for("the amendment at CHN", lambda: self.chn.line("defense")["amendments"])
        self.chn.cli("refuse", "defense", "--reason", "too seldom")
        wait_for("the refusal", lambda: "refused by CHN: too seldom" in self.usa.cli("efforts", "defense").stdout)
        wait_for("the refusal at USA", lambda: "too seldom" in self.usa.cli("agreement", "defense").stdout)
        broken = self.work / "broken.toml"
        broken.write_text(self.terms.read_text() + "colour = 1\n")
        refused = self.usa.cli("agree", str(broken), code=1)
        self.assertIn("colour", refused.stderr)
        self.assertIn("broken.toml", refused.stderr)

    def test_8_errors_say_what_and_end_with_their_code(self):
        self.assertIn("--live", self.usa.cli("send", "defense", "hello", code=2).stderr)
        self.usa.cli("send", "nowhere", "--test", "hello", code=4)
        self.usa.cli("ack", "ffffffffffff", code=4)
        self.usa.cli("attend", "nowhere", code=4)
        self.usa.cli("record", "nowhere", code=4)
        self.usa.cli("export", "nowhere", "-o", str(self.work / "no"), code=4)
        self.assertFalse((self.work / "no").exists())
        self.usa.cli("send", "defense", "--test", "x" * 70_000, code=1)

    def test_9_both_exports_verify_and_are_identical(self):
        for one in (self.usa, self.chn):
            wait_for("all is stored at both ends", lambda: all_stored(one, "defense"))
        files = []
        for station in (self.usa, self.chn):
            files.append(str(self.work / f"{station.code}.export"))
            station.cli("export", "defense", "-o", files[-1])
        roots = [word for root in self.fingerprints.values() for word in root.split()]
        for file in files:
            told = self.usa.cli("verify", file, "--root", *roots, station=False).stdout
            for words in ("signed by both", "not provable", "HOLDS: everything"):
                self.assertIn(words, told)
        self.assertIn("IDENTICAL at their common frontier", self.usa.cli("verify", *files, "--root", *roots, station=False).stdout)
        told = json.loads(self.usa.cli("--json", "verify", *files, "--root", *roots, station=False).stdout)
        self.assertTrue(told["good"] and told["comparison"]["identical"])
        self.assertGreater(told["comparison"]["common"], 10)
        data = bytearray(pathlib.Path(files[0]).read_bytes())
        data[len(data) // 2] ^= 1
        pathlib.Path(files[0]).write_bytes(data)
        self.assertIn("PROBLEM", self.usa.cli("verify", files[0], "--root", *roots, station=False, code=1).stdout)

    def test_a_follow_shows_what_comes_as_json(self):
        follow = subprocess.Popen([str(PROGRAMS / "openline"), "-s", str(self.chn.folder), "--json", "record", "defense", "--limit", "1", "--follow"],
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(follow.wait)
        self.addCleanup(follow.kill)
        self.addCleanup(follow.stdout.close)
        json.loads(follow.stdout.readline())  # the newest so far
        entry = self.send(self.usa, "--service", "followed")
        while json.loads(follow.stdout.readline())["id"] != entry:
            pass

    def test_b_a_station_that_is_down_is_told_from_one_that_refuses(self):
        self.assertEqual(self.usa.stop(), 0)
        self.usa.cli("status", code=3)
        self.usa.cli("send", "defense", "--live", "-p", "flash", "hello", code=3)
        self.usa.cli("attend", "defense", code=3, stdin=subprocess.DEVNULL)
        self.assertIn("BEGIN OPENLINE CARD", self.usa.cli("card").stdout)
        self.usa.start()
        self.usa.cli("status")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    arguments, rest = parser.parse_known_args()
    PROGRAMS = pathlib.Path(arguments.programs).resolve()
    unittest.main(argv=[sys.argv[0], *rest], failfast=True)
