# SPDX-License-Identifier: Apache-2.0
"""Two stations over a slow radio: serial lines that are pseudo-terminals with a pacer between them. And the work done there."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from contents import rows_of
from lab import OPEN, wait_for
from openline import LINE
from peers.peer import Late
from stations import Station, agree

HERE = pathlib.Path(__file__).resolve().parent
FRAME_COST = 4  # CRC, COBS and the zero at the end: protocol.md section 6.6
PATH = "radio"
CHINESE_SIZE = 300  # characters
SETUP_RATE = 5000  # bytes a second
SESSION_PATIENCE = 600
POLL = 0.1
SETTLE = 150  # seconds: what the last message left to be said is said


class RadioLab:
    """The pacer; all of it is gone when the lab closes."""

    def __init__(self, link, seed):
        self.link, self.seed = link, seed
        self.work = tempfile.TemporaryDirectory(prefix="openline-radio.")
        self.folder = pathlib.Path(self.work.name)
        self.processes = []

    def __enter__(self):
        OPEN.add(self)
        command = [sys.executable, str(HERE / "pacer.py"), str(self.folder), str(self.link.rate), *self.link.options,
                   str(self.seed)]
        self.pacer = subprocess.Popen(command)
        wait_for("the pacer", (self.folder / "ready").exists, 10)
        return self

    def device(self, end):
        return os.readlink(self.folder / "ab"[end])

    def go(self):
        """From now on the radio is as slow as it should be."""
        (self.folder / "go").touch()

    def counts(self):
        """Ends the radio. Bytes, frames and lost frames there and back since it became slow."""
        self.pacer.terminate()
        self.pacer.wait(10)
        numbers = [int(word) for word in (self.folder / "counts").read_text().split()]
        return dict(zip(("bytes_there", "frames_there", "lost_there", "bytes_back", "frames_back", "lost_back"), numbers))

    def __exit__(self, *_):
        OPEN.discard(self)
        for process in (*self.processes, self.pacer):
            process.terminate()
            process.wait(30)
        self.work.cleanup()


class RadioStation(Station):
    def __init__(self, lab, end, code, language, options):
        super().__init__(options.programs, lab.folder, code, language=language, listen=[f"{PATH}=udp:127.0.0.1:1"])
        toml = self.folder / "station.toml"
        serial = f'''kind = "serial"
device = "{lab.device(end)}"
declared_rate = {SETUP_RATE}
max_packet = {options.frame - FRAME_COST}
'''
        text, changed = re.subn(r'kind = "udp"\n((listen|announce) = .*\n)+', serial, toml.read_text())
        assert changed == 1, toml.read_text()
        toml.write_text(text)

    def tell_rate(self, rate):
        """From its next start."""
        toml = self.folder / "station.toml"
        toml.write_text(toml.read_text().replace(f"declared_rate = {SETUP_RATE}", f"declared_rate = {rate}"))

    def has_session(self):
        return any(link["session"] for peer in self.get("/v1/status")["peers"] for link in peer["links"])

    def own_card(self):
        """The card with the locator that names the serial path: the station's own, of when it started with it."""
        file = self.folder / "now.openline"
        file.write_text(self.get("/v1/card")["card"])
        return file


def open_radio(lab, options):
    """Two stations that hold a line and a session. What comes before the session goes at a rate that saves time."""
    stations = [RadioStation(lab, end, code, language, options)
                for end, (code, language) in enumerate((("USA", "en"), ("CHN", "zh")))]
    for station in stations:
        station.start()
        lab.processes.append(station.process)
    key = lab.folder / "courier-key"
    stations[0].cli("courier-key", "-o", str(key), station=False)
    for one, other in (stations, stations[::-1]):
        one.cli("accept", str(other.own_card()), "--yes", "--courier-key", str(key))
    agree(stations, lab.folder)
    for station in stations:
        station.stop()
        station.tell_rate(lab.link.rate // 8)
        station.start()
        lab.processes.append(station.process)
    end = time.monotonic() + SESSION_PATIENCE
    while not all(station.has_session() for station in stations):
        if time.monotonic() > end:
            raise Late("no session over the radio")
        time.sleep(POLL)
    return stations


def seconds_to_stored(sender, text, language, patience):
    """Until the sender's own record says that the other party has stored it."""
    body = {"text": text, "class": "live", "precedence": "flash", "language": language}
    began = time.monotonic()
    entry = sender.post(f"/v1/lines/{LINE}/entries", body)["entries"][0]["id"]
    while not sender.get(f"/v1/lines/{LINE}/record/{entry}")["receipts"]["stored"]:
        if time.monotonic() > began + patience:
            raise Late(f"no stored receipt within {patience:.0f} s")
        time.sleep(POLL)
    return time.monotonic() - began


def radio(link, seed, options):
    """A FLASH of 200 English words and one of 300 Chinese characters, one after the other."""
    english, chinese = (rows_of(name)[(seed - 1) % 10] for name in ("flash-200-words.txt", "prose-zh.txt"))
    figures = {}
    with RadioLab(link, seed) as lab:
        sender, _ = open_radio(lab, options)
        seconds_to_stored(sender, "The line is open.", "en", SESSION_PATIENCE)
        lab.go()
        for name, text, language in (("english", english, "en"), ("chinese", chinese[:CHINESE_SIZE], "zh")):
            time.sleep(SETTLE)
            figures[f"{name}_bytes"] = len(text.encode())
            try:
                figures[name] = seconds_to_stored(sender, text, language, options.patience)
            except Late:
                break  # it did not come; what follows it would wait behind it
        return {"rate": "declared", **figures, **lab.counts()}
