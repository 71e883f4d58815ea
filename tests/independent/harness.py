# SPDX-License-Identifier: Apache-2.0
"""What the tests of this folder share: arguments, seeds, and real stations beside the independent one."""

import argparse
import pathlib
import random
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from crypto import SigningKey  # noqa: E402  (after the path)

VECTORS = HERE.parent / "vectors"


class Settings:
    """Where the programs are, and the seed of this run."""

    programs = None
    seed = 1

    @classmethod
    def random(cls, purpose):
        return random.Random(f"{cls.seed} {purpose}")


def read_seed(path):
    """A seed in the form that station folders keep it (docs/api.md section 1)."""
    return bytes.fromhex(path.read_text().strip())


def keys_of(station):
    """The station's and the root's keys of a real station."""
    return SigningKey(read_seed(station.folder / "station.key")), SigningKey(read_seed(station.folder / "root.key"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    arguments, rest = parser.parse_known_args()
    Settings.programs = arguments.programs and arguments.programs.resolve()
    Settings.seed = arguments.seed
    print(f"seed={Settings.seed}", file=sys.stderr)
    unittest.main(module="__main__", argv=sys.argv[:1] + rest, verbosity=2)
