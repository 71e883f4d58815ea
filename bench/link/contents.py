# SPDX-License-Identifier: Apache-2.0
"""What the messages say: prose of our own, or text of which nobody can guess one character from the others."""

import functools
import pathlib
import random

HERE = pathlib.Path(__file__).resolve().parent

# Code points by the bytes that UTF-8 takes for one: all but control characters and what XML refuses. Drawing uniformly from
# all texts of a size over this alphabet gives 6.86 bits a byte, of base64's letters 6; what is left over is in the lengths of
# characters, and too little for zstd, which makes such a text of 500 bytes longer with any of its levels.
ALPHABET = {1: [(0x20, 0x7E)], 2: [(0xA0, 0x7FF)], 3: [(0x800, 0xD7FF), (0xE000, 0xFFFD)], 4: [(0x10000, 0x10FFFF)]}
WIDTHS = {size: sum(last - first + 1 for first, last in ranges) for size, ranges in ALPHABET.items()}


@functools.cache
def texts_up_to(size):
    """How many texts there are of 0, 1, 2 … `size` bytes."""
    counts = [1]
    while len(counts) <= size:
        counts.append(sum(width * counts[-taken] for taken, width in WIDTHS.items() if taken <= len(counts)))
    return counts


def random_text(size, seed):
    """Each text of `size` bytes is as likely as any other."""
    draw, counts = random.Random(seed), texts_up_to(size)
    characters = []
    while size > 0:
        place = draw.randrange(counts[size])
        for taken, width in WIDTHS.items():  # the narrowest first: they sum up before one is too wide
            share = width * counts[size - taken]
            if place < share:
                characters.append(_code_point(taken, place % width))
                size -= taken
                break
            place -= share
    return "".join(characters)


def _code_point(taken, place):
    for first, last in ALPHABET[taken]:
        if place <= last - first:
            return chr(first + place)
        place -= last - first + 1
    raise AssertionError("beyond the alphabet")


def rows_of(name):
    return [row for row in (HERE / name).read_text().splitlines() if row]


def contents(kind, count, size, seed):
    """Messages of `size` bytes each."""
    if kind == "random":
        return [random_text(size, seed * 1000 + number) for number in range(count)]
    rows = rows_of("prose.txt")
    if min(len(row.encode()) for row in rows) < size or len(rows) < count:
        raise ValueError(f"prose.txt has not {count} different messages of {size} bytes")
    return [row.encode()[:size].decode(errors="ignore") for row in random.Random(seed).sample(rows, count)]
