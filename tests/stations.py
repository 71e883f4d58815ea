# SPDX-License-Identifier: Apache-2.0
"""Real stations for tests and benchmarks: the built programs in temporary folders, spoken to by their API (docs/api.md)."""

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time

AGREEMENT = """line = "{name}"
members = [ {members} ]
record = "{record}"
languages = {{ {languages} }}
test_every = "1h"
answer_within = {{ flash = "10min", immediate = "30min", priority = "3h", routine = "24h" }}
"""


class ApiError(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=30):
        super().__init__("station", timeout=timeout)
        self._path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def free_ports(count):
    """Ports of loopback that are free for UDP and TCP now."""
    held = []
    while len(held) < count:
        datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagram.bind(("127.0.0.1", 0))
        stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            stream.bind(("127.0.0.1", datagram.getsockname()[1]))
        except OSError:
            datagram.close()
            continue
        finally:
            stream.close()
        held.append(datagram)
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def wait_for(what, holds, patience=60.0):
    """Until `holds()` is true; its value. Says what did not come true."""
    end = time.monotonic() + patience
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"did not come true within {patience:.0f} s: {what}")
        time.sleep(0.01)


class Station:
    def __init__(self, programs, work, code, language="en", settings="", listen=None, announce=()):
        self.programs = pathlib.Path(programs)
        self.folder = pathlib.Path(work) / code
        self.code = code
        self.process = None
        listen = listen or [f"main=udp:127.0.0.1:{free_ports(1)[0]}"]
        words = ["init", str(self.folder), "--code", code, "--name", f"Party {code}", "--language", language]
        for one in listen:
            words += ["--listen", one]
        for one in announce:
            words += ["--announce", one]
        self.cli(*words, station=False)
        if settings:
            toml = self.folder / "station.toml"
            toml.write_text(toml.read_text() + settings)

    def cli(self, *words, station=True, code=0, **more):
        command = [str(self.programs / "openline")] + (["-s", str(self.folder)] if station else []) + list(words)
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, **more)
        if code is not None and done.returncode != code:
            raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def start(self, wait=True):
        assert self.process is None or self.process.poll() is not None
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen([str(self.programs / "openlined"), str(self.folder)], stdout=log, stderr=log,
                                        stdin=subprocess.DEVNULL)
        log.close()
        if wait:
            wait_for(f"{self.code} answers", self.answers)

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.code} stopped with {self.process.returncode}:\n{self.log()[-3000:]}")
        try:
            return self.get("/v1/status")
        except (OSError, http.client.HTTPException):
            return None

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def request(self, method, target, body=None, headers=None, timeout=30):
        connection = UnixConnection(self.folder / "api.sock", timeout)
        try:
            connection.request(method, target, body if isinstance(body, (bytes, type(None))) else json.dumps(body),
                               headers or {})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            raise ApiError(answer.status, text.decode(errors="replace"))
        return json.loads(text) if answer.headers.get_content_type() == "application/json" else text

    def get(self, target):
        return self.request("GET", target)

    def post(self, target, body=None, **more):
        return self.request("POST", target, {} if body is None else body, **more)

    def line(self, name):
        return self.get(f"/v1/lines/{name}")

    def fingerprint(self):
        return self.get("/v1/card")["fingerprint"]

    def record(self, name):
        entries, after = [], 0
        while True:
            page = self.get(f"/v1/lines/{name}/record?after={after}&limit=1000")
            entries += page["entries"]
            if not page["more"]:
                return entries
            after = entries[-1]["serial"]

    def memory_kib(self):
        for row in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if row.startswith("VmRSS:"):
                return int(row.split()[1])
        raise AssertionError("no VmRSS")

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Events(threading.Thread):
    """Follows a station's events and notes when each entry came."""

    def __init__(self, station):
        super().__init__(daemon=True)
        self.arrived = {}
        self._condition = threading.Condition()
        self._connection = UnixConnection(station.folder / "api.sock", 600)
        self._connection.request("GET", "/v1/events")
        self._answer = self._connection.getresponse()
        self.start()

    def run(self):
        try:
            for row in self._answer:
                if row.startswith(b"data: ") and b'"id"' in row:
                    now = time.monotonic()
                    entry = json.loads(row[6:])
                    with self._condition:
                        self.arrived.setdefault(entry["id"], now)  # held above a gap it comes again later
                        self._condition.notify_all()
        except (OSError, ValueError, http.client.HTTPException):
            pass

    def wait(self, entry, patience=30):
        with self._condition:
            assert self._condition.wait_for(lambda: entry in self.arrived, patience), f"entry {entry} did not come"
            return self.arrived[entry]


def acquaint(stations, work, courier_key=True, strangers=()):
    """Each accepts the others' cards; pairs in `strangers` ((a, b), by index) are given no address of each other."""
    key = pathlib.Path(work) / "courier-key"
    if courier_key:
        stations[0].cli("courier-key", "-o", str(key), station=False)
    for a, one in enumerate(stations):
        for b, other in enumerate(stations):
            if a == b:
                continue
            words = ["accept", str(other.folder / "card.openline"), "--yes"]
            one.cli(*words, *(["--courier-key", str(key)] if courier_key else []))


def agree(stations, work, name="defense", record="attested", more=""):
    members = ", ".join(f'{{ party = "{one.code}", root = "{one.fingerprint()}", desk = "{name}" }}' for one in stations)
    languages = ", ".join(f'{one.code} = "en"' for one in stations)
    file = pathlib.Path(work) / f"{name}.toml"
    file.write_text(AGREEMENT.format(name=name, members=members, record=record, languages=languages) + more)
    for one in stations:
        one.cli("agree", str(file))
    for one in stations:
        wait_for(f"line {name} at {one.code}", lambda: any(line["name"] == name for line in one.get("/v1/lines")["lines"]))


def all_stored(station, name):
    return all(member["not_stored"] == 0 for member in station.line(name)["members"])
