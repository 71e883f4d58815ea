#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Openline over emulated links, with real stations in network namespaces of their own. Needs root.

  bench/link/run.py --programs build/bench/bin --work messages --links L1,L2,L3,L6 --seeds 1-20 --content random
Each run is a link, a seed and a work; several go at once, since they mostly wait. Prints a line a run, then a table of
medians over the seeds; with --out FILE every run is kept as a line of JSON.
"""

import argparse
import concurrent.futures
import json
import pathlib
import statistics
import sys

from lab import Lab
from links import LINKS
from work import WORKS


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="folder of openline, openlined and openline-link-emulator")
    parser.add_argument("--work", default="messages", choices=WORKS)
    parser.add_argument("--links", default="L1,L2,L3,L6")
    parser.add_argument("--seeds", default="1-5", help="3, or 1-20")
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--content", default="random", choices=("random", "prose"))
    parser.add_argument("--prose", type=pathlib.Path, help="a message a line")
    parser.add_argument("--rate", default="declared", choices=("declared", "measured"))
    parser.add_argument("--precedence", default="flash")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--file-size", type=int, default=256 * 1024)
    parser.add_argument("--packet", type=int, default=1472, help="bytes of UDP payload")
    parser.add_argument("--packet-time", help="such as 500ms")
    parser.add_argument("--patience", type=float, default=900)
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    options.links = [LINKS[name] for name in options.links.split(",")]
    first, _, last = options.seeds.partition("-")
    options.seeds = range(int(first), int(last or first) + 1)
    if options.content == "prose":
        if not options.prose:
            parser.error("--content prose needs --prose FILE")
        options.prose = [row.encode()[: options.size].decode(errors="ignore").ljust(options.size)
                         for row in options.prose.read_text().splitlines() if row]
    return options


def settings_of(link, options):
    rows = [f"max_packet = {options.packet}"]
    if options.rate == "declared":
        rows.append(f"declared_rate = {link.rate // 8}")
        if options.packet_time:
            rows.append(f'packet_time = "{options.packet_time}"')
    return "\n".join(rows) + "\n"


def run(link, seed, options):
    emulator = str(pathlib.Path(options.programs) / "openline-link-emulator")
    with Lab(emulator, link, seed, f"{link.name}-{seed}") as lab:
        stations = lab.stations(options.programs, settings_of(link, options))
        figures = WORKS[options.work](lab, stations, options)
    kind = {"content": options.content} if options.work == "messages" else {}
    return {"link": link.name, "seed": seed, "work": options.work, "rate": options.rate, **kind, **figures}


def shown(value):
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def table(results):
    columns = [name for name in results[0] if name not in ("seed", "work")]
    print("\nMedians over the seeds:\n| " + " | ".join(columns) + " | seeds |")
    print("|" + "---|" * (len(columns) + 1))
    for link in dict.fromkeys(one["link"] for one in results):
        runs = [one for one in results if one["link"] == link]
        cells = [statistics.median(one[name] for one in runs) if isinstance(runs[0][name], (int, float)) else runs[0][name]
                 for name in columns]
        print("| " + " | ".join(shown(cell) for cell in cells) + f" | {len(runs)} |")


def main():
    options = read_arguments()
    results, failed = [], 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        waiting = {pool.submit(run, link, seed, options): (link.name, seed) for link in options.links
                   for seed in options.seeds}
        for done in concurrent.futures.as_completed(waiting):
            try:
                results.append(done.result())
            except Exception as problem:
                failed += 1
                print(f"{waiting[done]}: {problem}", file=sys.stderr)
                continue
            print(" ".join(f"{name}={shown(value)}" for name, value in results[-1].items()), flush=True)
    if options.out:
        with options.out.open("a") as file:
            for one in results:
                file.write(json.dumps(one) + "\n")
    if results:
        results.sort(key=lambda one: (one["link"], one["seed"]))
        table(results)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
