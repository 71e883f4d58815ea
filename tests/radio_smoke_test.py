#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two real stations over a serial line (a pair of pseudo-terminals with a pacer between them) that loses frames: a FLASH gets
through and its stored receipt comes back. No times are judged."""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench" / "link"))
from contents import rows_of  # noqa: E402
from links import Link  # noqa: E402
from radio import RadioLab, open_radio, seconds_to_stored  # noqa: E402

LOSSY = Link("lossy", 19_200, ("20",))
FRAME = 400
PATIENCE = 60


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    options = argparse.Namespace(programs=pathlib.Path(parser.parse_args().programs), frame=FRAME)
    texts = [(text, "en") for text in rows_of("flash-200-words.txt")[:3]] + [(rows_of("prose-zh.txt")[0], "zh")]
    with RadioLab(LOSSY, seed=1) as lab:
        sender, receiver = open_radio(lab, options)
        lab.go()
        for text, language in texts:
            seconds_to_stored(sender, text, language, PATIENCE)
        held = [entry["text"] for entry in receiver.record("defense") if entry["kind"] == "text"]
        counts = lab.counts()
    print(counts)
    assert held == [text for text, _ in texts], held
    assert counts["lost_there"] > 0, "the line lost nothing: the pacer does not do its work"
    print("1 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
