# SPDX-License-Identifier: Apache-2.0
"""Hashes, signatures and keys of docs/protocol.md section 3."""

import hashlib
import hmac

from nacl import bindings
from nacl.exceptions import CryptoError

from canonical_cbor import encode

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, -1, PRIME) % PRIME


def blake2b_256(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def blake2b_128(key, data):
    return hashlib.blake2b(data, key=key, digest_size=16).digest()


def hmac_sha256(key, data):
    return hmac.digest(key, data, "sha256")


def hkdf_sha256(salt, material, info, size=32):
    """RFC 5869."""
    extracted = hmac_sha256(salt, material)
    found, block = b"", b""
    for counter in range(1, -(-size // 32) + 1):
        block = hmac_sha256(extracted, block + info + bytes([counter]))
        found += block
    return found[:size]


def signed_input(label, line, payload):
    return encode([label, line, payload])


class SigningKey:
    """An Ed25519 key from its seed of 32 bytes."""

    def __init__(self, seed):
        self.public, self._secret = bindings.crypto_sign_seed_keypair(seed)

    def sign(self, label, line, payload):
        return bindings.crypto_sign(signed_input(label, line, payload), self._secret)[:64]


def is_signed(key, label, line, payload, signature):
    """Section 3: canonical S, A and R, neither point of small order; cofactorless."""
    if len(signature) != 64 or not is_point(key) or not is_point(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    try:
        bindings.crypto_sign_open(signature + signed_input(label, line, payload), key)
        return True
    except CryptoError:
        return False


def is_point(encoded):
    """A canonical encoding of a point of Ed25519 that is not of small order."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= PRIME:
        return False
    x = _x_of(y, sign)
    return x is not None and not _has_small_order(x, y)


def _x_of(y, sign):
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    return PRIME - x if x % 2 != sign else x


def _has_small_order(x, y):
    """Whether eight times the point is the neutral element."""
    for _ in range(3):
        product = CURVE_D * x * x * y * y % PRIME
        x, y = (2 * x * y * pow(1 + product, -1, PRIME) % PRIME,
                (y * y + x * x) * pow(1 - product, -1, PRIME) % PRIME)
    return x == 0 and y == 1


def exchange(secret, public):
    """X25519; None where the result is all zero (section 15, 3)."""
    try:
        shared = bindings.crypto_scalarmult(secret, public)
    except (CryptoError, RuntimeError):
        return None
    return shared if any(shared) else None


def exchange_public(secret):
    return bindings.crypto_scalarmult_base(secret)


def seal(key, nonce, associated, plain):
    """ChaCha20-Poly1305 (RFC 8439) with a nonce of 12 bytes."""
    return bindings.crypto_aead_chacha20poly1305_ietf_encrypt(plain, associated, nonce, key)


def unseal(key, nonce, associated, sealed):
    """What was sealed, or None."""
    try:
        return bindings.crypto_aead_chacha20poly1305_ietf_decrypt(sealed, associated, nonce, key)
    except CryptoError:
        return None


def unseal_extended(key, nonce, associated, sealed):
    """XChaCha20-Poly1305: what was sealed, or None."""
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, associated, nonce, key)
    except CryptoError:
        return None


def siphash_2_4(key, data):
    """The 8 bytes of SipHash-2-4 as it is published, little-endian."""
    return bindings.crypto_shorthash_siphash24(data, key)
