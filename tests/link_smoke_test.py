#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two real stations over an emulated link that loses packets: every message arrives, on one path and on two of which one
dies. In network namespaces that the test makes itself; skipped (77) where that is not allowed. No times are judged."""

import argparse
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench" / "link"))
from lab import Lab  # noqa: E402
from links import Link  # noqa: E402
from openline import Openline  # noqa: E402
from work import messages  # noqa: E402

LOSSY = Link("lossy", 64_000, ("rate=64000", "delay=100", "loss=20"))
ONE_DIES = Link("one-dies", 64_000, ("rate=64000", "delay=100", "outage=5,600"), ("rate=64000", "delay=100"))


def may_make_namespaces():
    if os.geteuid() != 0 or not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return False
    name = f"ol-{os.getpid()}-probe"
    try:
        made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
    if made:
        subprocess.run(["ip", "netns", "del", name], check=False)
    return made


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    programs = pathlib.Path(parser.parse_args().programs)
    if not may_make_namespaces():
        print("skipped: network namespaces and TUN devices cannot be made here")
        return 77
    work = argparse.Namespace(programs=programs, content="random", count=5, size=500, packet=1472, packet_time=None, patience=60)
    for link, work.precedence, work.rate in ((LOSSY, "flash", "declared"), (LOSSY, "routine", "measured"),
                                             (ONE_DIES, "flash", "measured")):
        with Lab(str(programs / "openline-link-emulator"), link, 1, link.name) as lab:
            figures = messages(lab, Openline(lab, work), work)
            seen = lab.stats.at(float("inf"))
        print(link.words, work.precedence, figures)
        assert figures["arrived"] == figures["sent"] == work.count, figures
        assert sum(way["lost"] for way in seen) > 0, "the link lost nothing: the emulator does not do its work"
    print("3 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
