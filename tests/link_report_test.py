#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What bench/link makes of its figures, and that its random texts are what they are said to be."""

import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench" / "link"))
from contents import contents, random_text, rows_of, texts_up_to  # noqa: E402
from report import BEGIN, END, cumulative, plots, put_between_markers, table_of  # noqa: E402
from svg import BOTTOM, HEIGHT  # noqa: E402


def run(seed, **more):
    figures = {"p50": 0.4, "p99": 0.5, "worst": 0.5, "air": 1.0, "sent": 2, "arrived": 2, "times": [0.4, 0.5]}
    return {"system": "openline", "link": "L1", "seed": seed, "work": "messages", "content": "random", "rate": "declared",
            **figures, **more}


class Report(unittest.TestCase):
    def test_shows_the_median_and_both_ends_over_seeds(self):
        table = table_of([run(1, p50=0.1), run(2, p50=0.3), run(3, p50=0.2)])
        self.assertIn("| 0.20 (0.10 to 0.30) |", table)
        self.assertIn("| all | 3 |", table)

    def test_takes_what_did_not_arrive_for_later_than_anything(self):
        short = run(2, arrived=1, times=[0.4, None])
        del short["worst"]
        table = table_of([run(1), short, run(3)])
        self.assertIn("| 0.50 (0.50 to –) | 1.0 (1.0 to 1.0) | 5 of 6 |", table)
        self.assertEqual(cumulative([run(1), short]), [(0.4, 0.25), (0.4, 0.5), (0.5, 0.75)])

    def test_counts_the_messages_of_a_run_that_never_connected(self):
        never = {"system": "mqtt", "link": "L1", "seed": 1, "work": "messages", "content": "random", "rate": "measured",
                 "sent": 2, "arrived": 0, "times": []}
        self.assertEqual(cumulative([never]), [])
        self.assertIn("| – | – | – | 0 of 2 | 1 |", table_of([never]))

    def test_draws_a_plot_of_each_link_that_a_browser_can_read(self):
        drawn = dict(plots([run(1), run(2, link="L2"), run(1, link="L2", system="nats", rate="measured")]))
        self.assertEqual(set(drawn), {"messages-L1", "messages-L2"})
        curves = xml.fromstring(drawn["messages-L2"]).findall("{http://www.w3.org/2000/svg}polyline")
        self.assertEqual(len(curves), 2)

    def test_puts_a_file_that_did_not_arrive_at_the_bottom_of_the_plot_of_goodput(self):
        file = {"system": "openline", "seed": 1, "work": "file", "bytes": 1000, "rate": "declared"}
        arrived = {**file, "link": "slow-10", "file": 10.0, "loss": 0.1, "of_capacity": 0.9}
        [(name, drawn)] = plots([arrived, {**file, "link": "slow-50"}])
        self.assertEqual(name, "goodput-9600")
        heights = [float(dot.get("cy")) for dot in xml.fromstring(drawn).findall("{http://www.w3.org/2000/svg}circle")]
        self.assertEqual(heights[1], HEIGHT - BOTTOM)
        self.assertLess(heights[0], heights[1])

    def test_replaces_what_is_between_its_markers_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "measurements.md"
            file.write_text(f"ours\n{BEGIN}\nold\n{END}\nours too\n")
            put_between_markers(file, "new")
            self.assertEqual(file.read_text(), f"ours\n{BEGIN}\n\nnew\n{END}\nours too\n")


class Contents(unittest.TestCase):
    def test_random_texts_have_the_size_and_do_not_compress(self):
        for size in (1, 2, 3, 200, 500):
            self.assertEqual(len(random_text(size, 7).encode()), size)
        text = random_text(500, 7).encode()
        self.assertGreater(len(zlib.compress(text, 9)), 500)

    def test_random_texts_are_counted_as_they_are_drawn(self):
        self.assertEqual(texts_up_to(2)[:3], [1, 95, 95 * 95 + 0x7FF - 0xA0 + 1])

    def test_seeds_give_the_same_texts_again_and_others_different_ones(self):
        for kind in ("random", "prose"):
            first = contents(kind, 50, 500, 1)
            self.assertEqual(first, contents(kind, 50, 500, 1))
            self.assertNotEqual(first, contents(kind, 50, 500, 2))
            self.assertEqual(len(set(first)), 50)
            self.assertEqual({len(text.encode()) for text in first}, {500})

    def test_the_flash_texts_are_as_long_as_the_table_says(self):
        self.assertEqual({len(row.split()) for row in rows_of("flash-200-words.txt")}, {200})
        self.assertGreaterEqual(min(len(row) for row in rows_of("prose-zh.txt")), 300)


if __name__ == "__main__":
    unittest.main()
