# SPDX-License-Identifier: Apache-2.0
"""Packed bodies and the shipped dictionaries: docs/protocol.md section 9.14."""

import functools
import pathlib

import zstandard

EDITION = 1
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "dictionaries" / "2026-1"
LANGUAGES = {1: "en", 2: "zh", 3: "ru", 4: "fr", 5: "es", 6: "ar"}
MAGIC = bytes.fromhex("28b52ffd")


class UnpackError(ValueError):
    """A packed body that is refused, or that cannot be decoded."""


def dictionary(number):
    if number not in LANGUAGES:
        raise UnpackError(f"no dictionary has the number {number}")
    return (FOLDER / f"{LANGUAGES[number]}.zdict").read_bytes()


@functools.cache
def _loaded(number):
    return zstandard.ZstdCompressionDict(dictionary(number))


def frame(packed):
    """The size of the body, and the standard frame of zstd that the packed bytes stand for."""
    if len(packed) < 3:
        raise UnpackError("no block")
    size, block = int.from_bytes(packed[:2], "big") + 1, packed[2:]
    if len(packed) >= size:
        raise UnpackError("not fewer bytes than the body")
    content = b"\x20" + bytes([size]) if size < 256 else b"\x60" + (size - 256).to_bytes(2, "little")
    return size, MAGIC + content + (len(block) << 3 | 5).to_bytes(3, "little") + block


def unpack(number, packed):
    size, whole = frame(packed)
    try:
        body = zstandard.ZstdDecompressor(dict_data=_loaded(number)).decompress(whole, max_output_size=size)
    except zstandard.ZstdError as error:
        raise UnpackError(str(error)) from None
    if len(body) != size:
        raise UnpackError("the block gives another size")
    return body


def pack(number, body):
    """The packed form, or None where it would not be smaller."""
    settings = zstandard.ZstdCompressionParameters.from_level(19, write_content_size=1, write_checksum=0,
                                                              write_dict_id=0)
    whole = zstandard.ZstdCompressor(dict_data=_loaded(number), compression_params=settings).compress(body)
    packed = (len(body) - 1).to_bytes(2, "big") + _only_block(whole)
    return packed if 3 <= len(packed) < len(body) else None


def _only_block(whole):
    """The compressed block of a frame of one; nothing where zstd made another kind or more of them."""
    descriptor = whole[4]
    single, size_code = descriptor >> 5 & 1, descriptor >> 6
    start = 5 + (0 if single else 1) + (single if size_code == 0 else 1 << size_code)
    head = int.from_bytes(whole[start:start + 3], "little")
    is_compressed_and_last = head & 1 and head >> 1 & 3 == 2
    return whole[start + 3:] if is_compressed_and_last and len(whole) == start + 3 + (head >> 3) else b""
