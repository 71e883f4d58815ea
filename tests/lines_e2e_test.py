#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lines of real stations: paths that are cut and healed, members that reach each other only through a third, and
lines on which nothing can be proven.

  lines_e2e_test.py --programs DIR
Waits are for conditions, never for a time.
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time
import unittest

from relay import UdpRelay
from stations import Station, acquaint, agree, all_stored, free_ports, wait_for

PROGRAMS = None
QUICK = '\n[link]\nheartbeat_idle = "1s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "1s"\n'


def roots_of(stations):
    return [word for one in stations for word in ("--root", one.fingerprint())]


def link_path(station, peer, name):
    """The best state of the paths of this name with the peer, and the time after which silence means down."""
    paths = [path for one in station.get("/v1/status")["peers"] if one["code"] == peer.code
             for link in one["links"] for path in link["paths"] if path["path"] == name]
    state = next((s for s in ("up", "down", "untried") if any(p["state"] == s for p in paths)), None)
    return state, max((path["detection_ms"] for path in paths), default=0) / 1000


class Lines(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="openline-lines-")
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name)

    def station(self, code, listen, announce=()):
        made = Station(PROGRAMS, self.work, code, settings=QUICK, listen=listen, announce=announce)
        self.addCleanup(made.stop)
        made.start()
        return made

    def send(self, station, line, *words):
        return json.loads(station.cli("--json", "send", line, *words).stdout)["entries"][0]["id"]

    def has(self, station, line, entry):
        return any(one["id"] == entry for one in station.record(line))

    def export(self, station, line):
        file = self.work / f"{station.code}-{line}.export"
        station.cli("export", line, "-o", str(file))
        return str(file)


class CutPaths(Lines):
    def setUp(self):
        super().setUp()
        self.relays = {}
        stations = []
        for code in ("USA", "CHN"):
            listen, announce = [], []
            for path in ("fibre", "satellite"):
                real, relayed = free_ports(2)
                relay = UdpRelay(relayed, real)
                self.addCleanup(relay.stop)
                self.relays.setdefault(path, []).append(relay)
                listen.append(f"{path}=udp:127.0.0.1:{real}")
                announce.append(f"{path}=udp:127.0.0.1:{relayed}")
            stations.append(self.station(code, listen, announce))
        self.usa, self.chn = stations
        acquaint(stations, self.work)
        agree(stations, self.work)

    def set_cut(self, path, cut):
        for relay in self.relays[path]:
            relay.cut = cut

    def wait_path(self, path, state):
        for one, other in ((self.usa, self.chn), (self.chn, self.usa)):
            wait_for(f"{path} {state} at {one.code}", lambda: link_path(one, other, path)[0] == state)

    def test_a_path_is_cut_then_all_and_a_flash_arrives_when_one_heals(self):
        for path in ("fibre", "satellite"):
            self.wait_path(path, "up")
        self.set_cut("fibre", True)
        since = time.monotonic()
        self.wait_path("fibre", "down")
        detection = link_path(self.usa, self.chn, "fibre")[1]
        print(f"fibre cut: both stations said so after {time.monotonic() - since:.1f} s; detection time {detection:.1f} s")
        self.assertIn("fibre", self.usa.line("defense")["reason"])
        first = self.send(self.usa, "defense", "--service", "-p", "flash", "One path is left")
        wait_for("the FLASH over the satellite", lambda: self.has(self.chn, "defense", first))

        self.set_cut("satellite", True)
        since = time.monotonic()
        wait_for("both say silent", lambda: all(one.line("defense")["lamp"] == "silent" for one in (self.usa, self.chn)))
        print(f"all cut: both lines were said to be silent after {time.monotonic() - since:.1f} s")
        waiting = [self.send(self.usa, "defense", "--service", "-p", "routine", f"Routine {number}") for number in range(20)]
        flash = self.send(self.usa, "defense", "--service", "-p", "flash", "Nothing is left")
        self.assertFalse(self.has(self.chn, "defense", flash))

        self.set_cut("fibre", False)
        since = time.monotonic()
        wait_for("the FLASH after healing", lambda: self.has(self.chn, "defense", flash))
        print(f"fibre healed: the FLASH was there after {time.monotonic() - since:.1f} s")
        for entry in waiting:
            wait_for("what waited", lambda: self.has(self.chn, "defense", entry))
        self.set_cut("satellite", False)
        self.wait_path("satellite", "up")
        for one in (self.usa, self.chn):
            wait_for("all is stored", lambda: all_stored(one, "defense"))
        files = [self.export(one, "defense") for one in (self.usa, self.chn)]
        told = self.usa.cli("verify", *files, *roots_of([self.usa, self.chn]), station=False).stdout
        self.assertIn("IDENTICAL", told)


class ThreeMembers(Lines):
    def setUp(self):
        """AAA speaks UDP, CCC speaks TCP, and only BBB speaks both."""
        super().setUp()
        ports = free_ports(4)
        self.aaa = self.station("AAA", [f"plain=udp:127.0.0.1:{ports[0]}"])
        self.bbb = self.station("BBB", [f"plain=udp:127.0.0.1:{ports[1]}", f"stream=tcp:127.0.0.1:{ports[2]}"])
        self.ccc = self.station("CCC", [f"stream=tcp:127.0.0.1:{ports[3]}"])
        self.all = [self.aaa, self.bbb, self.ccc]
        acquaint(self.all, self.work)

    def assert_no_path(self):
        for one, other in ((self.aaa, self.ccc), (self.ccc, self.aaa)):
            links = [link for peer in one.get("/v1/status")["peers"] if peer["code"] == other.code for link in peer["links"]]
            self.assertFalse(any(link["session"] for link in links), links)

    def test_records_agree_through_the_third(self):
        # What A and C sign reaches the other by way of B, from the first proposal on.
        agree(self.all, self.work)
        entries = [self.send(one, "defense", "--service", "-p", precedence, f"{one.code} {precedence}")
                   for one in self.all for precedence in ("routine", "flash")]
        for one in self.all:
            for entry in entries:
                wait_for(f"{entry} at {one.code}", lambda: self.has(one, "defense", entry))
        self.ccc.cli("ack", "defense", entries[1])
        acknowledged = lambda: self.aaa.get(f"/v1/lines/defense/record/{entries[1]}")["receipts"]["acknowledged"]
        wait_for("C's acknowledgement at A", acknowledged)
        for one in self.all:
            wait_for(f"{one.code}: all is stored", lambda: all_stored(one, "defense"))
        self.assert_no_path()
        files = {one.code: self.export(one, "defense") for one in self.all}
        for pair in (("AAA", "CCC"), ("AAA", "BBB"), ("BBB", "CCC")):
            told = self.aaa.cli("verify", *(files[code] for code in pair), *roots_of(self.all), station=False).stdout
            self.assertIn("IDENTICAL", told)
            print(*pair, told.strip().splitlines()[-1])


class DeniableLine(Lines):
    def test_does_the_same_work_and_proves_nothing(self):
        ports = free_ports(2)
        stations = [self.station(code, [f"fibre=udp:127.0.0.1:{port}"]) for code, port in zip(("USA", "CHN"), ports)]
        usa, chn = stations
        acquaint(stations, self.work)
        agree(stations, self.work, name="quiet", record="deniable")
        picture = self.work / "picture"
        picture.write_bytes(bytes(range(256)) * 400)
        entries = [self.send(usa, "quiet", "--live", "-p", "flash", "Between us"),
                   self.send(chn, "quiet", "--live", "-p", "routine", "Between us too", "--attach", str(picture))]
        for one in stations:
            for entry in entries:
                wait_for(f"{entry} at {one.code}", lambda: self.has(one, "quiet", entry))
        chn.cli("ack", "quiet", entries[0])
        wait_for("the acknowledgement", lambda: usa.get(f"/v1/lines/quiet/record/{entries[0]}")["receipts"]["acknowledged"])
        attached = chn.get(f"/v1/lines/quiet/record/{entries[1]}")["attachments"][0]["hash"]
        fetched = self.work / "fetched"
        wait_for("the picture", lambda: usa.cli("attachment", attached, "-o", str(fetched), code=None).returncode == 0)
        self.assertEqual(fetched.read_bytes(), picture.read_bytes())
        for one in stations:
            wait_for("all is stored", lambda: all_stored(one, "quiet"))
        files = [self.export(one, "quiet") for one in stations]
        done = usa.cli("--json", "verify", *files, *roots_of(stations), station=False, code=None)
        told = usa.cli("verify", *files, *roots_of(stations), station=False, code=None).stdout
        print(told)
        self.assertIn("not provable", told)
        self.assertNotIn("HOLDS: everything", told)
        standings = [claim["standing"] for file in json.loads(done.stdout)["files"] for claim in file["claims"]]
        self.assertNotIn("signed by both", standings)
        self.assertNotIn("one side's claim", standings)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    options, rest = parser.parse_known_args()
    PROGRAMS = pathlib.Path(options.programs).resolve()
    unittest.main(argv=[sys.argv[0], *rest])
