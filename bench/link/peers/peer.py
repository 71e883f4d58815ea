# SPDX-License-Identifier: Apache-2.0
"""Other systems, as measured: two programs of each, `near` and `far`, in the two namespaces of a lab.

A peer is a file here. It has PEER, what there is to say of it, and the functions near(ends) and far(ends), which run under
Debian's own Python, the one that has their libraries:

  far   puts the system up, prints `ready`, and for each message that came `DIGEST TIME`
  near  takes a message a line of standard input, `later` or `urgent` and base64, and gives it to the system

A message is known by a digest of its bytes, so that nothing is added to it. Times are of the monotonic clock, which
namespaces share.
"""

import base64
import hashlib
import importlib
import json
import pathlib
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

PYTHON = "/usr/bin/python3"  # Debian's
HERE = pathlib.Path(__file__).resolve().parent
START_PATIENCE = 30


class Late(Exception):
    """Something did not arrive in the time that it was given."""


@dataclass(frozen=True)
class Peer:
    title: str
    packages: tuple
    durable: str  # what is on disk when a message counts as arrived
    protected: str  # between whom its encryption is
    works: tuple = ("messages", "cold", "file", "urgent")
    several_paths: bool = False  # by MPTCP, under `mptcpize run`


def peer_of(name):
    return importlib.import_module(f"peers.{name}").PEER


def digest_of(message):
    return hashlib.sha256(message).hexdigest()[:32]


class Arrivals(threading.Thread):
    """What the program at the far end says."""

    def __init__(self, program):
        super().__init__(daemon=True)
        self._program, self._times, self._condition = program, {}, threading.Condition()
        self.ready = threading.Event()
        self.start()

    def run(self):
        for row in self._program.stdout:
            if row == "ready\n":
                self.ready.set()
                continue
            digest, when = row.split()
            with self._condition:
                self._times.setdefault(digest, float(when))
                self._condition.notify_all()

    def wait(self, digest, patience):
        with self._condition:
            if not self._condition.wait_for(lambda: digest in self._times, patience):
                raise Late(f"message {digest} did not come")
            return self._times[digest]


class PeerSystem:
    def __init__(self, name, lab, options):
        self.name, self.lab, self.options, self.peer = name, lab, options, peer_of(name)
        self.near = self.far = self.arrivals = None
        self.folder = lab.folder / name
        self.folder.mkdir()
        self.log = open(self.folder / "log", "ab")

    def facts(self):
        return {"rate": "measured", "congestion": self.options.congestion}

    def prepare(self):
        for end in range(2):
            self.lab.configure(end, "sysctl -qw net.ipv6.conf.all.disable_ipv6=1")
            for path, (own, other) in enumerate(zip(self.lab.addresses(end), self.lab.addresses(1 - end))):
                # By route, since namespaces may not set every congestion control as their own.
                self.lab.configure(end, f"ip route replace {other} dev p{path} src {own} congctl {self.options.congestion}")
        if self.lab.paths > 1:
            self._join_paths()
        self.far = self._run("far", 1, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.arrivals = Arrivals(self.far)
        if not self.arrivals.ready.wait(START_PATIENCE):
            raise RuntimeError(f"{self.peer.title} does not start; its packages are {', '.join(self.peer.packages)}:\n"
                               + (self.folder / "log").read_text(errors="replace")[-2000:])

    def _join_paths(self):
        for end in range(2):
            self.lab.configure(end, "ip mptcp limits set subflow 4 add_addr_accepted 4")
        self.lab.configure(1, f"ip mptcp endpoint add {self.lab.addresses(1)[1]} dev p1 signal")

    def _run(self, role, end, **more):
        ends = {"folder": str(self.folder), "address": self.lab.addresses(1)[0], "near_address": self.lab.addresses(0)[0],
                "urgent_apart": self.options.work == "urgent", "congestion": self.options.congestion}
        prefix = ["mptcpize", "run"] if self.lab.paths > 1 else []
        return self.lab.run_in(end, *prefix, PYTHON, str(HERE / f"{self.name}.py"), role, json.dumps(ends),
                               stderr=self.log, text=True, bufsize=1, **more)

    def connect(self):
        self.start_near()

    def stop_near(self):
        pass  # it is started when there is something to send

    def start_near(self):
        self.near = self._run("near", 0, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)

    def send(self, text, urgent=False):
        return self._give(text.encode(), "urgent" if urgent else "later")

    def send_file(self, data):
        return self._give(data, "later")

    def _give(self, message, how):
        self.near.stdin.write(f"{how} {base64.b64encode(message).decode()}\n")
        self.near.stdin.flush()
        return digest_of(message)

    def wait(self, what, patience):
        return self.arrivals.wait(what, patience)


# For the programs of the peers.


@dataclass(frozen=True)
class Ends:
    folder: pathlib.Path  # both ends see it
    address: str  # of the far end
    near_address: str
    urgent_apart: bool  # urgent messages go over a connection of their own, opened beforehand
    congestion: str  # TCP has it already; for what controls its own


def run(near, far):
    given = json.loads(sys.argv[2])
    given["folder"] = pathlib.Path(given["folder"])
    {"near": near, "far": far}[sys.argv[1]](Ends(**given))


def ready():
    print("ready", flush=True)


def arrived(message):
    print(f"{digest_of(message)} {time.monotonic():.4f}", flush=True)


def given_messages():
    """(is urgent, bytes) of what the near end is to send, as it is told."""
    for row in sys.stdin:
        how, message = row.split()
        yield how == "urgent", base64.b64decode(message)


def certificate(folder):
    """The far end's, which the near end trusts: made once, both ends find it in their folder."""
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    if not certificate_file.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "30", "-subj", "/CN=far.test", "-addext", "subjectAltName=DNS:far.test,IP:10.99.0.2",
                        "-keyout", str(key_file), "-out", str(certificate_file)], check=True, stderr=subprocess.DEVNULL)
    return certificate_file, key_file
