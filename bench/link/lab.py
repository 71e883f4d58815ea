# SPDX-License-Identifier: Apache-2.0
"""Two network namespaces and an emulated link between them. All of it is gone when the lab closes."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests"))
from stations import wait_for  # noqa: E402

ENDS = ("10.99.0.1", "10.99.0.2")
SECOND_ENDS = ("10.98.0.1", "10.98.0.2")
OPEN = set()  # the labs that are in use


def close_all():
    """For a measurement that is broken off: works in other threads find their labs gone."""
    for lab in list(OPEN):
        lab.__exit__()


class Stats:
    """What an emulator counted, of each direction: see its `stats`."""

    FIELDS = ("bytes", "packets", "udp", "tcp", "delivered", "lost", "dropped", "udp_delivered",
              "tcp_delivered", "dropped_bytes")

    EACH = 0.1  # seconds between its rows

    def __init__(self, files):
        self.files = files

    def at(self, when):
        """Sums over the paths, of the last row until that time of the monotonic clock: a dictionary for each direction."""
        sums = [dict.fromkeys(self.FIELDS, 0) for _ in range(2)]
        for file in self.files:
            last = None
            for row in file.read_text().splitlines():
                numbers = row.split(",")
                if len(numbers) != 1 + 2 * len(self.FIELDS) or float(numbers[0]) > when:
                    break
                last = numbers
            if last is None:
                raise ValueError(f"{file}: no row of an emulator of this version before {when:.1f} s")
            for end in range(2):
                for place, field in enumerate(self.FIELDS):
                    sums[end][field] += int(last[1 + end * len(self.FIELDS) + place])
        return sums

    def between(self, start, end):
        """What the rows before the start and after the end differ by: all that was given in between is in it."""
        time.sleep(max(0, end + 2 * self.EACH - time.monotonic()))
        before, after = self.at(start), self.at(end + self.EACH)
        return [{field: after[way][field] - before[way][field] for field in self.FIELDS} for way in range(2)]


class Lab:
    """`processes` are ended when it closes, the last first; a process that has children is given a group of its own."""

    def __init__(self, emulator, link, seed, name):
        self.link, self.seed, self.emulator = link, seed, emulator
        self.spaces = [f"ol-{os.getpid()}-{name}-{end}" for end in "ab"]
        self.work = tempfile.TemporaryDirectory(prefix="openline-link.")
        self.folder = pathlib.Path(self.work.name)
        self.go_file = self.folder / "go"
        self.processes, self.groups = [], []
        self.paths = 2 if link.second else 1
        self.stats = Stats([self.folder / f"stats{at}" for at in range(self.paths)])

    def __enter__(self):
        OPEN.add(self)
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

    def addresses(self, end):
        return [pair[end] for pair in (ENDS, SECOND_ENDS)[: self.paths]]

    def go(self):
        """From now on the link is as bad as it should be."""
        self.go_file.touch()
        time.sleep(0.2)
        return time.monotonic()

    def run_in(self, end, *command, **more):
        """A program in one of the namespaces; it and its children live until the lab closes."""
        started = subprocess.Popen(["ip", "netns", "exec", self.spaces[end], *command], start_new_session=True, **more)
        self.groups.append(started)
        return started

    def configure(self, end, command):
        """Something short in one of the namespaces, such as `ip` or `sysctl`."""
        subprocess.run(["ip", "netns", "exec", self.spaces[end], *command.split()], check=True, stdout=subprocess.DEVNULL)

    def __exit__(self, *_):
        OPEN.discard(self)
        for group in self.groups:
            end_group(group)
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for space in self.spaces:
            subprocess.run(["ip", "netns", "del", space], stderr=subprocess.DEVNULL)
        self.work.cleanup()


def end_group(leader):
    """A process that leads a group, and all of the group."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(leader.pid, sign)
            leader.wait(2)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
