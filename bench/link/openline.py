# SPDX-License-Identifier: Apache-2.0
"""Openline as a system that is measured: two stations that hold a line, one in each namespace of a lab."""

import subprocess
import time

from lab import Lab  # noqa: F401  (puts tests/ on the path)
from peers.peer import Late
from stations import Events, Station, acquaint, agree, wait_for

LINE = "defense"
PORT = 4700


class SpaceStation(Station):
    """A station that runs in a namespace; its API is a socket in its folder and so reached from outside."""

    def __init__(self, lab, end, code, options):
        self.space = lab.spaces[end]
        listen = [f"path{at}=udp:{address}:{PORT}" for at, address in enumerate(lab.addresses(end))]
        super().__init__(options.programs, lab.folder, code, listen=listen)
        toml = self.folder / "station.toml"
        toml.write_text(toml.read_text().replace('kind = "udp"\n', 'kind = "udp"\n' + path_settings(lab.link, options)))

    def start(self, wait=True):
        with open(self.folder / "log", "ab") as log:
            command = ["ip", "netns", "exec", self.space, str(self.programs / "openlined"), str(self.folder)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        if wait:
            wait_for(f"{self.code} answers", self.answers)


def path_settings(link, options):
    rows = [f"max_packet = {options.packet}"] if options.packet else []  # else the path finds it
    if options.rate == "declared":
        rows.append(f"declared_rate = {link.rate // 8}")
        if options.packet_time:
            rows.append(f'packet_time = "{options.packet_time}"')
    return "\n".join(rows) + "\n"


class Openline:
    """Arrived is what the far station's API shows: it is in its record, durably, by then."""

    def __init__(self, lab, options):
        self.lab, self.options = lab, options
        self.stations = [SpaceStation(lab, end, code, options) for end, code in enumerate(("USA", "CHN"))]
        self.sender, self.receiver = self.stations
        self.events = None

    def facts(self):
        return {"rate": self.options.rate}

    def prepare(self):
        for station in self.stations:
            station.start()
            self.lab.processes.append(station.process)
        acquaint(self.stations, self.lab.folder)
        agree(self.stations, self.lab.folder)
        self.events = Events(self.receiver)

    def connect(self):
        pass

    def stop_near(self):
        self.sender.stop()

    def start_near(self):
        self.sender.start(wait=False)
        self.lab.processes.append(self.sender.process)

    def send(self, text, urgent=False, precedence=None, more=None):
        body = {"text": text, "class": "live", "precedence": "flash" if urgent else precedence or self.options.precedence,
                **(more or {})}
        while True:
            try:
                return self.sender.post(f"/v1/lines/{LINE}/entries", body, timeout=60)["entries"][0]["id"]
            except OSError:  # it is starting
                if self.sender.process.poll() is not None:
                    raise
                time.sleep(0.002)

    def send_file(self, data):
        made = self.sender.request("POST", "/v1/attachments?name=file.bin", data)
        named = {"attachments": [{"hash": made["hash"], "name": "file.bin"}]}
        return (self.send("A file.", precedence="routine", more=named), made["hash"])

    def wait(self, what, patience):
        entry, attachment = what if isinstance(what, tuple) else (what, None)
        end = time.monotonic() + patience
        try:
            arrived = self.events.wait(entry, patience)
            if attachment:
                wait_for("the file at the far end", lambda: self._holds(attachment), end - time.monotonic())
                arrived = time.monotonic()
        except AssertionError as problem:
            raise Late(str(problem)) from problem
        return arrived

    def _holds(self, attachment):
        return all(one["hash"] != attachment for one in self.receiver.get("/v1/status").get("attachments", []))
