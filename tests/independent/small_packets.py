# SPDX-License-Identifier: Apache-2.0
"""Packets of paths with small packets: docs/protocol.md section 6.9."""

from coding import cut, symbol
from crypto import blake2b_128, blake2b_256, hkdf_sha256, siphash_2_4
from transport import transport

SYMBOL, REPORT, PIECE = 0x20, 0x30, 0x05
TAG, MAC = 4, 8
LONG_HEAD, WHOLE_TAG = 10, 16


def short_tag(transport_key, kind, number, rest):
    """`kind` is the packet's first byte, `rest` what follows its number."""
    key = hkdf_sha256(b"openline short tag 1", transport_key, b"")[:16]
    return siphash_2_4(key, bytes([kind]) + number.to_bytes(4, "big") + rest)[:TAG]


def block(transport_key, receiver_index, path, number, frames, largest_symbol):
    """The bytes of a block and its k: the fewest symbols that fit, and zeros so that the last one is full."""
    size = len(frames) + WHOLE_TAG
    k = -(-size // largest_symbol)
    plain = frames.ljust(-(-size // k) * k - WHOLE_TAG, b"\0")
    return transport(transport_key, receiver_index, path, number, plain)[LONG_HEAD:], k


def symbol_packet(transport_key, path, number, block, k, index):
    """One symbol of a block: the ciphertext and tag of a transport packet, whose head is not sent."""
    rest = bytes([k - 1, index]) + symbol(cut(block, k), index)
    tag = short_tag(transport_key, SYMBOL + path, number, rest)
    return bytes([SYMBOL + path, number & 0xff]) + rest + tag


def report_is_authentic(transport_key, packet, newest):
    """`newest` is the whole number of which the packet has the low 16 bits."""
    tag = short_tag(transport_key, packet[0], newest, packet[3:-TAG])
    return packet[1:3] == (newest & 0xffff).to_bytes(2, "big") and packet[-TAG:] == tag


def read_report(packet):
    """The fields of a report; the second number only where it is there."""
    names = ("missing", "index", "done", "came", "missed", "number", "number missing", "number index")
    values = [packet[3], packet[4], int.from_bytes(packet[5:7], "big"), *packet[7:-TAG]]
    return dict(zip(names, values))


def pieces(packet, responder_key, psk, size):
    """Of a handshake packet: k, and a function that gives the piece with an index. `size` is a symbol's."""
    k = -(-(len(packet) + 1) // size)
    data = cut((packet + b"\x80").ljust(k * size, b"\0"), k)
    key = blake2b_256(b"openline handshake piece" + responder_key + psk)

    def piece(index):
        before = bytes([PIECE]) + blake2b_256(packet)[:2] + bytes([k - 1, index]) + symbol(data, index)
        return before + blake2b_128(key, before)[:MAC]
    return k, piece


def whole_packet(data):
    """The handshake packet in the data of its pieces."""
    return data.rstrip(b"\0")[:-1]
