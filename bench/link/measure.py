#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""All that is measured of the link, and its report. Needs root; takes some two hours with 20 seeds.

  bench/link/measure.py --programs build/bench/bin [--seeds 1-20] [--peer-seeds 1-5] [--only messages,cold] [-j 24]
Keeps what run.py gives in FOLDER (build/measured unless said otherwise), a file a part; a part whose file is there is not measured
again. Then makes docs/measurements.md with its plots of all files.
"""

import argparse
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PEERS = "mqtt,nats,zeromq,xmpp"
SLOW_FILE = "--work file --packet-time 500ms --patience 900"

# A part and what run.py is told for it.
PARTS = {
    "messages": f"--system openline,{PEERS} --content random,prose --links L1,L2,L3,L6",
    "one-dies": f"--system openline,{PEERS} --links L4",
    "bursty": f"--system openline,{PEERS} --content random,prose --links bursty",
    "cold": f"--system openline,{PEERS} --work cold --links L2",
    "file": f"--system openline,nats,quic {SLOW_FILE} --links L1,L2",
    "file-slow": f"--system openline,nats,quic {SLOW_FILE} --links L5,slow-10,slow-30,slow-50",
    "file-fast": "--work file --file-size 67108864 --rate measured --patience 600 --links fast-0,fast-10,fast-30,fast-50 -j 1",
    "urgent": "--system openline,mqtt,nats,zeromq,quic --work urgent --packet-time 500ms --patience 400 --links L5",
    "share": "--work share --rate measured --links share-1,share-4 -j 1",
    "radio": "--work radio --patience 400 --links R75",
}
MOST_SEEDS = {"file": 5, "file-slow": 3, "file-fast": 1, "one-dies": 5, "share": 5, "radio": 10}  # the others: as asked for


def seeds_of(part, asked):
    first, _, last = asked.partition("-")
    return f"{first}-{min(int(last or first), int(first) + MOST_SEEDS.get(part, 1000) - 1)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--seeds", default="1-20")
    parser.add_argument("--peer-seeds", default="1-5")
    parser.add_argument("--congestion", default="bbr,cubic")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("-j", "--jobs", default="24")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "measured")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs" / "measurements.md")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    failed = []
    for part in options.only.split(","):
        kept = options.folder / f"{part}.jsonl"
        if kept.exists():
            continue
        print(f"== {part}", flush=True)
        command = [sys.executable, str(HERE / "run.py"), "--programs", options.programs, "-j", options.jobs,
                   "--congestion", options.congestion, *PARTS[part].split(), "--seeds", seeds_of(part, options.seeds),
                   "--peer-seeds", seeds_of(part, options.peer_seeds), "--out", str(kept)]
        if subprocess.run(command, check=False).returncode != 0:
            failed.append(part)
    files = [str(file) for file in sorted(options.folder.glob("*.jsonl"))]
    subprocess.run([sys.executable, str(HERE / "report.py"), *files, "--out", str(options.out)], check=True)
    if failed:
        print("some runs failed in: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
