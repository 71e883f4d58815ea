# SPDX-License-Identifier: Apache-2.0
"""Packets of docs/protocol.md sections 5.1 and 5.5."""

import hmac

from canonical_cbor import Reader, encode
from cddl import openline
from crypto import blake2b_128, blake2b_256, seal, unseal, unseal_extended

VERSION = SUITE = 1
FIRST_MESSAGE, RESPONSE, TRANSPORT, COOKIE, SHORT_TRANSPORT = 1, 2, 3, 4, 0x10
TAG = 16


def prologue(generation):
    return b"openline" + bytes([VERSION, SUITE, generation])


def mac1(receiver_key, before):
    return blake2b_128(blake2b_256(b"openline mac1" + receiver_key), before)


def first_message(generation, sender_index, noise_message, receiver_key, cookie=None):
    before = bytes([FIRST_MESSAGE, VERSION, SUITE, generation]) + sender_index.to_bytes(4, "big") + noise_message
    before += mac1(receiver_key, before)
    return before + (blake2b_128(cookie, before) if cookie else bytes(16))


def read_first_message(packet, own_key):
    """(generation, sender index, noise message 1), or None for what is to be dropped unseen."""
    if len(packet) < 8 + 96 + 32 or packet[:3] != bytes([FIRST_MESSAGE, VERSION, SUITE]):
        return None
    if not hmac.compare_digest(packet[-32:-16], mac1(own_key, packet[:-32])):
        return None
    return packet[3], int.from_bytes(packet[4:8], "big"), packet[8:-32]


def response(sender_index, receiver_index, noise_message, receiver_key):
    before = bytes([RESPONSE]) + sender_index.to_bytes(4, "big") + receiver_index.to_bytes(4, "big") + noise_message
    return before + mac1(receiver_key, before)


def read_response(packet, own_key):
    """(sender index, receiver index, noise message 2), or None."""
    if len(packet) < 9 + 48 + 16 or not hmac.compare_digest(packet[-16:], mac1(own_key, packet[:-16])):
        return None
    return int.from_bytes(packet[1:5], "big"), int.from_bytes(packet[5:9], "big"), packet[9:-16]


def read_cookie(packet, responder_key, mac1_of_first):
    """(receiver index, cookie), or None."""
    if len(packet) != 5 + 24 + 32:
        return None
    cookie = unseal_extended(blake2b_256(b"openline cookie" + responder_key), packet[5:29], mac1_of_first, packet[29:])
    return cookie and (int.from_bytes(packet[1:5], "big"), cookie)


def handshake_payload(epoch, signed_locator=None, frames=b""):
    handshake = {1: epoch} | ({2: encode(signed_locator)} if signed_locator else {})
    return encode(openline().check("handshake", handshake)) + frames


def read_handshake_payload(payload):
    """(epoch, signed-locator or None, offset of the frames)."""
    reader = Reader(payload)
    handshake = openline().check("handshake", reader.item())
    locator = openline().decode("signed-locator", handshake[2]) if 2 in handshake else None
    return handshake[1], locator, reader.offset


def _nonce(path, counter):
    return path.to_bytes(4, "big") + counter.to_bytes(8, "big")


def transport(key, receiver_index, path, counter, plain, short=False):
    index = receiver_index.to_bytes(4, "big")
    if short:
        head = bytes([SHORT_TRANSPORT + path]) + index + (counter & 0xffff).to_bytes(2, "big")
    else:
        head = bytes([TRANSPORT]) + index + bytes([path]) + counter.to_bytes(4, "big")
    return head + seal(key, _nonce(path, counter), head, plain)


def receiver_index(packet):
    return int.from_bytes(packet[1:5], "big")


def read_transport(key, packet, largest_of):
    """(path, counter, plaintext), or None. `largest_of(path)` is the largest counter that came on a path, or -1."""
    if packet[0] == TRANSPORT:
        path, counter, size = packet[5], int.from_bytes(packet[6:10], "big"), 10
    else:
        path, size = packet[0] - SHORT_TRANSPORT, 7
        counter = nearest(int.from_bytes(packet[5:7], "big"), 16, largest_of(path) + 1)
    plain = unseal(key, _nonce(path, counter), packet[:size], packet[size:])
    return None if plain is None else (path, counter, plain)


def nearest(low, bits, wanted):
    """The number with these low bits that is nearest to the one wanted."""
    step = 1 << bits
    base = wanted - wanted % step + low
    return min((one for one in (base - step, base, base + step) if one >= 0), key=lambda one: abs(one - wanted))
