#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tables and plots of what bench/link/run.py kept.

  bench/link/report.py RESULTS... [--out docs/measurements.md]
Prints Markdown. With --out it goes into that file, between its two marker lines, and the plots (SVG) into the folder beside
it that has its name without the ending.
"""

import argparse
import itertools
import json
import math
import pathlib
import statistics

from links import LINKS
from peers.peer import peer_of
from svg import Axis, Plot, decades

BEGIN, END = "<!-- made by bench/link/report.py: begin -->", "<!-- made by bench/link/report.py: end -->"
OPENLINE_FACTS = ("Openline", "the signed entry, synced at both ends", "end to end, and the record is signed")
EXPLANATION = """Medians over the seeds, in brackets the least and the greatest. A run's p50 and worst are over all of its
messages; – is one in which too few came for that. Air: how long one direction would be busy with the IP bytes that both ends
gave to the link, lost ones and repeats included, those that a full queue dropped not."""

KINDS = ("content", "bytes")  # what was sent, where runs of a work differ in it

# By work: what it is, and its columns (heading, field, digits).
WORKS = {
    "messages": ("Messages, one a second",
                 (("p50 s", "p50", 2), ("worst s", "worst", 2), ("air s", "air", 1))),
    "cold": ("Cold start: from the start of the process until the first 200 bytes have arrived",
             (("seconds", "cold", 2), ("IP bytes, both ways", "both_ways", 0), ("air s", "air", 2))),
    "file": ("A file of random bytes",
             (("seconds", "file", 1), ("loss", "loss", 3), ("of capacity", "of_capacity", 3), ("of offered", "of_offered", 3),
              ("air s", "air", 1))),
    "urgent": ("An urgent message of 200 bytes, 20 s into that file",
               (("urgent s", "urgent", 2), ("file s", "file", 1), ("of capacity", "of_capacity", 3), ("air s", "air", 1))),
    "share": ("A file beside a TCP flow (cubic), a minute",
              (("Openline's share", "openline", 2), ("TCP's", "tcp", 2), ("of the link", "used", 2))),
    "radio": ("FLASH messages over a serial line, until the sender has the stored receipt",
              (("200 English words s", "english", 1), ("300 Chinese characters s", "chinese", 1),
               ("bytes there", "bytes_there", 0), ("bytes back", "bytes_back", 0))),
}


def name_of(system):
    return OPENLINE_FACTS[0] if system == "openline" else peer_of(system).title


def numbers(runs, field):
    """What did not come is later than anything."""
    return [math.inf if run.get(field) is None else run[field] for run in runs]


def shown(value, digits):
    return "–" if math.isinf(value) else f"{value:.{digits}f}"


def cell(runs, field, digits):
    values = numbers(runs, field)
    middle = shown(statistics.median(values), digits)
    return middle if len(values) == 1 else f"{middle} ({shown(min(values), digits)} to {shown(max(values), digits)})"


def rate_of(run):
    return run["rate"] + (f", {run['congestion']}" if run.get("congestion") else "")


def label_of(run):
    """In a plot."""
    words = (run.get("content"), run["rate"]) if run["system"] == "openline" else (run.get("congestion"),)
    return ", ".join([name_of(run["system"]), *(word for word in words if word)])


def columns_of(runs):
    """The work's own; another work shows whatever numbers it has."""
    work = runs[0]["work"]
    if work in WORKS:
        return WORKS[work]
    fields = [name for name, value in runs[0].items() if isinstance(value, (int, float)) and name != "seed"]
    return work, tuple((name, name, 2) for name in fields)


def groups(results, *fields):
    """(values of the fields, runs), in the order of first appearance."""
    found = {}
    for run in results:
        found.setdefault(tuple(run.get(field) for field in fields), []).append(run)
    return found.items()


def arrived(runs):
    sent, came = (sum(run.get(field, 0) for run in runs) for field in ("sent", "arrived"))
    return "all" if sent == came else f"{came} of {sent}"


def table(runs_of_work):
    _, columns = columns_of(runs_of_work)
    with_messages = "arrived" in runs_of_work[0]
    kinds = [kind for kind in KINDS if kind in runs_of_work[0]]
    headings = ["link", "system", *kinds, "rate", *(heading for heading, _, _ in columns),
                *(["arrived"] if with_messages else []), "seeds"]
    rows = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    for _, runs in groups(runs_of_work, "link", "system", *KINDS, "rate", "congestion"):
        one = runs[0]
        cells = [one["link"], name_of(one["system"]), *(str(one[kind]) for kind in kinds), rate_of(one),
                 *(cell(runs, field, digits) for _, field, digits in columns), *([arrived(runs)] if with_messages else []),
                 str(len(runs))]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def ordered(results):
    def place(run):
        work = list(WORKS).index(run["work"]) if run["work"] in WORKS else len(WORKS)
        is_peer = run["system"] != "openline"
        return (work, list(LINKS).index(run["link"]), is_peer, run["system"], run.get("content", ""), run["rate"],
                run.get("congestion", ""), run["seed"])

    return sorted(results, key=place)


def table_of(results):
    return "\n\n".join(table(list(runs)) for _, runs in groups(ordered(results), "work"))


def cumulative(runs):
    """How much of all had arrived after so many seconds."""
    times = list(itertools.chain.from_iterable(run["times"] for run in runs))
    times += [None] * sum(run["sent"] - len(run["times"]) for run in runs)
    came = sorted(one for one in times if one is not None)
    return [(when, (place + 1) / len(times)) for place, when in enumerate(came)]


def delivery_plot(link, runs):
    plot = Plot(f"{LINKS[link].words}: share of messages that had arrived", decades("seconds after it was sent", 0.2, 200),
                Axis("share of all messages", 0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1)))
    for _, some in groups(runs, "system", "content", "rate", "congestion"):
        plot.curve(some[0]["system"], label_of(some[0]), cumulative(some))
    return plot.text()


def loss_of(link):
    """In percent, as the emulator is told."""
    told = dict(option.split("=") for option in LINKS[link].options)
    return float(told.get("loss", 0))


def goodput_plot(rate, runs):
    plot = Plot(f"A file over {rate:,} bit/s", Axis("packets that the link loses, %", 0, 60, (0, 10, 20, 30, 40, 50, 60)),
                Axis("payload / (rate x time)", 0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1)))
    for _, some in groups(runs, "system", "rate", "congestion"):
        points = []
        for (link,), of_link in groups(some, "link"):  # a file that did not arrive in time counts as nothing
            goodput = statistics.median(run.get("of_capacity", 0) * (1 - run.get("loss", 0)) for run in of_link)
            points.append((loss_of(link), goodput))
        plot.curve(some[0]["system"], label_of(some[0]), sorted(points), dots=True)
    plot.curve("limit", "1 - loss", [(loss, 1 - loss / 100) for loss in (0, 60)])
    return plot.text()


def plots(results):
    """(name, SVG) of each that can be drawn."""
    results = ordered(results)
    messages = [run for run in results if run["work"] == "messages"]
    for (link,), runs in groups(messages, "link"):
        yield f"messages-{link}", delivery_plot(link, runs)
    files = [run for run in results if run["work"] == "file" and run["link"] not in ("L1", "L4")]
    rates = {}
    for run in files:
        rates.setdefault(LINKS[run["link"]].rate, []).append(run)
    for rate, runs in rates.items():
        if len({run["link"] for run in runs}) > 1:
            yield f"goodput-{rate}", goodput_plot(rate, runs)


def facts(results):
    rows = ["| system | on disk when a message counts as arrived | protected |", "|---|---|---|"]
    for system in dict.fromkeys(run["system"] for run in ordered(results)):
        peer = None if system == "openline" else peer_of(system)
        rows.append("| " + " | ".join(OPENLINE_FACTS if peer is None else (peer.title, peer.durable, peer.protected)) + " |")
    return "\n".join(rows)


def markdown(results, images):
    parts = [EXPLANATION, facts(results)]
    for (work,), runs in groups(ordered(results), "work"):
        parts += [f"### {columns_of(runs)[0]}", table(runs)]
        parts += [f"![{path.stem}]({path.parent.name}/{path.name})" for path in images
                  if path.stem.partition("-")[0] == {"messages": "messages", "file": "goodput"}.get(work)]
    links = dict.fromkeys(run["link"] for run in ordered(results))
    parts.append("Links: " + "; ".join(LINKS[name].words for name in links) + ".")
    return "\n\n".join(parts) + "\n"


def put_between_markers(file, text):
    old = file.read_text() if file.exists() else f"# Measurements\n\n{BEGIN}\n{END}\n"
    before, _, rest = old.partition(BEGIN)
    if not rest:
        raise SystemExit(f"{file}: it has no line {BEGIN}")
    file.write_text(before + BEGIN + "\n\n" + text + "\n" + END + rest.partition(END)[2])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="+", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    results = [json.loads(row) for file in options.results for row in file.read_text().splitlines() if row]
    if not options.out:
        print(markdown(results, ()))
        return
    folder, images = options.out.with_suffix(""), []
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawing in plots(results):
        images.append(folder / f"{name}.svg")
        images[-1].write_text(drawing)
    put_between_markers(options.out, markdown(results, images))


if __name__ == "__main__":
    main()
