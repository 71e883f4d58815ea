#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A line of two real stations that no network joins: a serial line and the shipped helper program, at once.

  modem_e2e_test.py --programs DIR

The serial line is two pseudo-terminals and a pump between them. Waits are for conditions, never for a time.
"""

import argparse
import errno
import json
import os
import pathlib
import pty
import select
import sys
import tempfile
import threading
import tty
import unittest

from stations import Station, acquaint, agree, all_stored, wait_for

PROGRAMS = None
HELPER = pathlib.Path(__file__).resolve().parent.parent / "packaging" / "helpers" / "openline-path-spool"
QUICK = '\n[link]\nheartbeat_idle = "1s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "2s"\n'
BAUD = 38400


class Modems(threading.Thread):
    """Two devices of a serial line, under names that stay when they are unplugged and plugged in again."""

    def __init__(self, devices):
        super().__init__(daemon=True)
        self.devices = devices
        self.silent = False  # radio silence: what goes in is lost, and no device knows
        self.lock = threading.Lock()
        self.masters, self.carried = [], [0, 0]
        self.ending = False
        self.plug_in()
        self.start()

    def plug_in(self):
        with self.lock:
            for device in self.devices:
                master, slave = pty.openpty()
                tty.setraw(slave)
                os.set_blocking(master, False)
                device.symlink_to(os.ttyname(slave))
                os.close(slave)
                self.masters.append(master)

    def unplug(self):
        with self.lock:
            for device in self.devices:
                device.unlink()
            while self.masters:
                os.close(self.masters.pop())

    def run(self):
        while not self.ending:
            with self.lock:
                for one in range(len(self.masters)):
                    self.carry(one)
            select.select([], [], [], 0.002)

    def carry(self, one):
        try:
            data = os.read(self.masters[one], 4096)
            if not self.silent:
                self.carried[one] += os.write(self.masters[1 - one], data)
        except OSError as problem:  # nothing there, nobody has it open, or a full buffer loses it
            if problem.errno not in (errno.EAGAIN, errno.EIO):
                raise

    def stop(self):
        self.ending = True
        self.join()
        self.unplug()


def own_path(station, name):
    return next(path for path in station.get("/v1/status")["paths"] if path["name"] == name)


def link_state(station, name):
    states = [path["state"] for peer in station.get("/v1/status")["peers"] for link in peer["links"]
              for path in link["paths"] if path["path"] == name]
    return next((state for state in ("up", "down", "untried") if state in states), None)


class NoNetwork(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="openline-modem-")
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name)
        self.bag = self.work / "bag"
        self.bag.mkdir()
        devices = [self.work / "modem-USA", self.work / "modem-CHN"]
        self.modems = Modems(devices)
        self.addCleanup(self.modems.stop)
        self.usa, self.chn = self.stations = [self.station(code, device) for code, device in zip(("USA", "CHN"), devices)]
        acquaint(self.stations, self.work)
        agree(self.stations, self.work)

    def station(self, code, device):
        name = code.lower()
        helper = f"{sys.executable} {HELPER} --name {name} --out {self.bag} --in {self.bag} --every 0.02"
        made = Station(PROGRAMS, self.work, code, settings=QUICK,
                       listen=[f"hf=serial:{device},{BAUD}", f"mail=exec:{helper}"], announce=[f"mail=exec:{name}"])
        self.addCleanup(made.stop)
        made.start()
        return made

    def flash(self, station, words):
        told = station.cli("--json", "send", "defense", "--service", "-p", "flash", words).stdout
        return json.loads(told)["entries"][0]["id"]

    def assert_flashes_both_ways(self, when):
        sent = [(self.flash(one, f"{one.code} {when}"), other) for one, other in ((self.usa, self.chn), (self.chn, self.usa))]
        for entry, other in sent:
            wait_for(f"the FLASH {when} at {other.code}", lambda: any(e["id"] == entry for e in other.record("defense")))

    def wait_state(self, path, *states):
        for one in self.stations:
            wait_for(f"{path} {states} at {one.code}", lambda: link_state(one, path) in states)

    def wait_problem(self, path, words):
        for one in self.stations:
            wait_for(f"{path}: {words} at {one.code}", lambda: words in (own_path(one, path)["problem"] or ""))

    def wait_usable(self, path):
        for one in self.stations:
            wait_for(f"{path} usable at {one.code}", lambda: own_path(one, path)["usable"])
        self.wait_state(path, "up")

    def test_each_path_carries_on_alone_and_both_ends_record_the_same(self):
        self.wait_usable("hf")
        self.wait_usable("mail")
        self.assert_flashes_both_ways("over both")
        self.assertTrue(all(self.modems.carried), "the serial line carried something each way")

        self.modems.silent = True
        self.wait_state("hf", "down")
        self.assert_flashes_both_ways("in radio silence")
        self.modems.silent = False
        self.wait_state("hf", "up")

        self.bag.rename(self.work / "lost-bag")
        self.wait_problem("mail", "cannot")
        before = list(self.modems.carried)
        self.assert_flashes_both_ways("without the courier")
        self.assertTrue(all(now > then for now, then in zip(self.modems.carried, before)))
        (self.work / "lost-bag").rename(self.bag)
        self.wait_usable("mail")

        self.modems.unplug()
        self.wait_problem("hf", "the device is not there")
        self.assert_flashes_both_ways("with the modems unplugged")
        self.modems.plug_in()
        self.wait_usable("hf")

        self.assert_flashes_both_ways("at last")
        self.assert_identical()
        for one in self.stations:
            self.assertEqual(one.stop(), 0)
            self.assertEqual(list(self.bag.glob(".*.part")), [], "packets that were begun")

    def assert_identical(self):
        for one in self.stations:
            wait_for("all is stored", lambda: all_stored(one, "defense"))
        files, roots = [], []
        for one in self.stations:
            file = self.work / f"{one.code}.export"
            one.cli("export", "defense", "-o", str(file))
            files.append(str(file))
            roots += ["--root", one.fingerprint()]
        told = self.usa.cli("verify", *files, *roots, station=False).stdout
        self.assertIn("IDENTICAL", told)
        print(told.strip().splitlines()[-1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    options, rest = parser.parse_known_args()
    PROGRAMS = pathlib.Path(options.programs).resolve()
    unittest.main(argv=[sys.argv[0], *rest])
