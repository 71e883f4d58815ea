# SPDX-License-Identifier: Apache-2.0
"""Noise_IKpsk1_25519_ChaChaPoly_SHA256 (Noise revision 34), as docs/protocol.md section 3 names it.

  -> e, es, s, ss, psk
  <- e, ee, se
"""

import hashlib

from crypto import exchange, exchange_public, hmac_sha256, seal, unseal

PROTOCOL = b"Noise_IKpsk1_25519_ChaChaPoly_SHA256"
FIRST_OVERHEAD = 32 + 48 + 16


class NoiseError(ValueError):
    """A handshake message that does not open."""


def transport_nonce(number):
    return bytes(4) + number.to_bytes(8, "little")


def _derive(key, material, count):
    """Noise's HKDF."""
    secret = hmac_sha256(key, material)
    found, block = [], b""
    for place in range(count):
        block = hmac_sha256(secret, block + bytes([place + 1]))
        found.append(block)
    return found


class _Symmetric:
    """Chaining key, hash and cipher of a handshake."""

    def __init__(self, prologue):
        self.hash = hashlib.sha256(PROTOCOL).digest()
        self.chain = self.hash
        self.key, self.number = None, 0
        self.mix_hash(prologue)

    def mix_hash(self, data):
        self.hash = hashlib.sha256(self.hash + data).digest()

    def mix_key(self, material):
        if material is None:
            raise NoiseError("an exchange without a result")
        self.chain, self.key = _derive(self.chain, material, 2)
        self.number = 0

    def mix_key_and_hash(self, material):
        self.chain, mixed, self.key = _derive(self.chain, material, 3)
        self.mix_hash(mixed)
        self.number = 0

    def mix_ephemeral(self, public):
        self.mix_hash(public)
        self.mix_key(public)

    def encrypt(self, plain):
        sealed = seal(self.key, transport_nonce(self.number), self.hash, plain)
        self.number += 1
        self.mix_hash(sealed)
        return sealed

    def decrypt(self, sealed):
        plain = unseal(self.key, transport_nonce(self.number), self.hash, sealed)
        if plain is None:
            raise NoiseError("it does not open")
        self.number += 1
        self.mix_hash(sealed)
        return plain

    def split(self):
        return _derive(self.chain, b"", 2)


class Initiator:
    """Writes message 1 and reads message 2."""

    def __init__(self, prologue, static, remote_static, psk, ephemeral):
        self._state = _Symmetric(prologue)
        self._static, self._remote, self._psk, self._ephemeral = static, remote_static, psk, ephemeral

    def write(self, payload):
        state, public = self._state, exchange_public(self._ephemeral)
        state.mix_hash(self._remote)
        state.mix_ephemeral(public)
        state.mix_key(exchange(self._ephemeral, self._remote))
        static = state.encrypt(exchange_public(self._static))
        state.mix_key(exchange(self._static, self._remote))
        state.mix_key_and_hash(self._psk)
        return public + static + state.encrypt(payload)

    def read(self, message):
        """The payload, the keys to send and to receive with, and the handshake's hash."""
        state = self._state
        state.mix_ephemeral(message[:32])
        state.mix_key(exchange(self._ephemeral, message[:32]))
        state.mix_key(exchange(self._static, message[:32]))
        payload = state.decrypt(message[32:])
        sending, receiving = state.split()
        return payload, sending, receiving, state.hash


class Responder:
    """Reads message 1 in two steps, since who calls decides the psk (section 5.2), and writes message 2."""

    def __init__(self, prologue, static):
        self._state = _Symmetric(prologue)
        self._static = static

    def read_static(self, message):
        """The caller's static key."""
        state = self._state
        state.mix_hash(exchange_public(self._static))
        self._ephemeral = message[:32]
        state.mix_ephemeral(self._ephemeral)
        state.mix_key(exchange(self._static, self._ephemeral))
        self._remote = state.decrypt(message[32:80])
        state.mix_key(exchange(self._static, self._remote))
        self._rest = message[80:]
        return self._remote

    def read_payload(self, psk):
        self._state.mix_key_and_hash(psk)
        return self._state.decrypt(self._rest)

    def write(self, payload, ephemeral):
        """Message 2, the keys to send and to receive with, and the handshake's hash."""
        state, public = self._state, exchange_public(ephemeral)
        state.mix_ephemeral(public)
        state.mix_key(exchange(ephemeral, self._ephemeral))
        state.mix_key(exchange(ephemeral, self._remote))
        message = public + state.encrypt(payload)
        receiving, sending = state.split()
        return message, sending, receiving, state.hash
