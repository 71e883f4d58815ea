#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The models' CODE_ constants are the code's, and what a model uses instead says from what it is scaled."""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Of each model: the constants, where the code defines them, what the model uses, and what that would be unscaled.
MODELS = {
    "link.pml": [
        ("kPacketThreshold", "core/link/sent_packets.h", "THRESHOLD", 1),
        ("kTold", "core/link/ack_tracker.h", "TOLD", 1),
        ("kRepeats", "core/link/ack_tracker.h", "REPEATS", 1),
        ("kMaxRuns", "core/link/frames.h", "RANGES", 2),  # AckTracker::kMaxRanges = kMaxRuns / 2
        ("kMaxRepeated", "core/link/sent_packets.h", "WINDOW", 1),
    ],
    "contact.pml": [("kMostActs", "core/line/matters.cc", "MOST", 1)],
}


def problems_of(model, text, sources):
    constants = MODELS[model]
    problems = []
    recorded = dict(re.findall(r"^#define CODE_(\w+) (\d+)$", text, re.MULTILINE))
    for stray in recorded.keys() - {name for name, *_ in constants}:
        problems.append(f"{model}: CODE_{stray} is not among those that are checked")
    for name, source, used, divisor in constants:
        defined = re.findall(rf"\b{name} =\s*(\d+)", sources[source])
        if len(defined) != 1:
            problems.append(f"{source}: found {len(defined)} definitions of {name}")
            continue
        value = int(defined[0])
        if recorded.get(name) != defined[0]:
            problems.append(f"{model}: CODE_{name} is {recorded.get(name)}, in {source} it is {value}")
        uses = re.search(rf"^#define {used} (\d+)(.*)$", text, re.MULTILINE)
        if not uses:
            problems.append(f"{model}: {used} is not defined")
        elif int(uses[1]) != value // divisor and f"scaled from {value // divisor}" not in uses[2]:
            problems.append(f"{model}: {used} is {uses[1]} and does not say 'scaled from {value // divisor}'")
    return problems


def self_test(text, sources):
    """A constant that changed on either side is found."""
    header = "core/link/ack_tracker.h"
    changed = dict(sources, **{header: sources[header].replace("kTold = 8", "kTold = 9")})
    assert len(problems_of("link.pml", text, changed)) == 2, "a constant of the code that changed"
    assert problems_of("link.pml", text.replace("CODE_kRepeats 3", "CODE_kRepeats 4"), sources)
    assert problems_of("link.pml", text.replace("#define THRESHOLD 3", "#define THRESHOLD 2"), sources)
    assert problems_of("link.pml", text + "\n#define CODE_kOther 1\n", sources)


def main():
    sources = {source: (HERE.parent / source).read_text() for found in MODELS.values() for _, source, *_ in found}
    problems = []
    if "kMaxRanges = Acknowledgement::kMaxRuns / 2;" not in sources["core/link/ack_tracker.h"]:
        problems.append("core/link/ack_tracker.h: kMaxRanges is no longer kMaxRuns / 2")
    for model in MODELS:
        problems += problems_of(model, (HERE / model).read_text(), sources)
    self_test((HERE / "link.pml").read_text(), sources)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
