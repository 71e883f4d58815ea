# SPDX-License-Identifier: Apache-2.0
"""Two network namespaces, an emulated link between them, and stations in them. All of it is gone when the lab closes."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests"))
from stations import Events, Station, acquaint, agree, wait_for  # noqa: E402

ENDS = ("10.99.0.1", "10.99.0.2")
SECOND_ENDS = ("10.98.0.1", "10.98.0.2")
PORT = 4700


class Stats:
    """What an emulator counted, of each direction: see its `stats`."""

    FIELDS = ("bytes", "packets", "udp", "tcp", "delivered", "lost", "dropped", "udp_delivered",
              "tcp_delivered")

    def __init__(self, files):
        self.files = files

    def at(self, when):
        """Sums over the paths at that time of the monotonic clock: a dictionary for each direction."""
        sums = [dict.fromkeys(self.FIELDS, 0) for _ in range(2)]
        for file in self.files:
            last = None
            for row in file.read_text().splitlines():
                numbers = row.split(",")
                if len(numbers) != 1 + 2 * len(self.FIELDS) or float(numbers[0]) > when + 0.1:
                    break
                last = numbers
            if last:
                for end in range(2):
                    for place, field in enumerate(self.FIELDS):
                        sums[end][field] += int(last[1 + end * len(self.FIELDS) + place])
        return sums

    def between(self, start, end):
        before, after = self.at(start), self.at(end)
        return [{field: after[way][field] - before[way][field] for field in self.FIELDS} for way in range(2)]


class SpaceStation(Station):
    """A station that runs in a namespace; its API is a socket in its folder and so reached from outside."""

    def __init__(self, programs, work, code, space, addresses, path_settings):
        self.space = space
        listen = [f"path{at}=udp:{address}:{PORT}" for at, address in enumerate(addresses)]
        super().__init__(programs, work, code, listen=listen)
        toml = self.folder / "station.toml"
        toml.write_text(toml.read_text().replace('kind = "udp"\n', 'kind = "udp"\n' + path_settings))

    def start(self, wait=True):
        with open(self.folder / "log", "ab") as log:
            command = ["ip", "netns", "exec", self.space, str(self.programs / "openlined"), str(self.folder)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        if wait:
            wait_for(f"{self.code} answers", self.answers)


class Lab:
    def __init__(self, emulator, link, seed, name):
        self.link, self.seed, self.emulator = link, seed, emulator
        self.spaces = [f"ol-{os.getpid()}-{name}-{end}" for end in "ab"]
        self.work = tempfile.TemporaryDirectory(prefix="openline-link.")
        self.folder = pathlib.Path(self.work.name)
        self.go_file = self.folder / "go"
        self.processes = []
        self.paths = 2 if link.second else 1
        self.stats = Stats([self.folder / f"stats{at}" for at in range(self.paths)])

    def __enter__(self):
        try:
            for space in self.spaces:
                subprocess.run(["ip", "netns", "add", space], check=True)
            self._emulate("p0", ENDS, self.link.options, 0)
            if self.link.second:
                self._emulate("p1", SECOND_ENDS, self.link.second, 1)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _emulate(self, device, ends, options, number):
        file = self.folder / f"stats{number}"
        command = [self.emulator, *self.spaces, f"device={device}", f"addresses={','.join(ends)}", f"go={self.go_file}",
                   f"stats={file}", f"seed={self.seed + number * 1000}", *options]
        self.processes.append(subprocess.Popen(command))
        wait_for(f"the emulator of {device}", lambda: file.exists() and file.stat().st_size > 0, 10)

    def go(self):
        """From now on the link is as bad as it should be."""
        self.go_file.touch()
        time.sleep(0.2)
        return time.monotonic()

    def stations(self, programs, path_settings, more=""):
        """Two stations that hold a line; made while the link is clean."""
        ends = [[pair[end] for pair in (ENDS, SECOND_ENDS)[: self.paths]] for end in range(2)]
        made = [SpaceStation(programs, self.folder, code, space, addresses, path_settings)
                for code, space, addresses in zip(("USA", "CHN"), self.spaces, ends)]
        for station in made:
            toml = station.folder / "station.toml"
            toml.write_text(toml.read_text() + more)
            station.start()
            self.processes.append(station.process)
        acquaint(made, self.folder)
        agree(made, self.folder)
        return made

    def run_in(self, end, *command):
        """A program in one of the namespaces, until the lab closes."""
        self.processes.append(subprocess.Popen(["ip", "netns", "exec", self.spaces[end], *command]))

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        for space in self.spaces:
            subprocess.run(["ip", "netns", "del", space], stderr=subprocess.DEVNULL)
        self.work.cleanup()


__all__ = ["Events", "Lab", "Station", "acquaint", "agree", "wait_for"]
