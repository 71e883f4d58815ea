# SPDX-License-Identifier: Apache-2.0
"""The code of docs/protocol.md section 6.8: any k symbols of a generation give its data back."""

POLYNOMIAL = 0x11d


def multiply(a, b):
    """In GF(256)."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0x100:
            a ^= POLYNOMIAL
        b >>= 1
    return product


PRODUCTS = [bytes(multiply(a, b) for b in range(256)) for a in range(256)]
INVERSES = [0] + [PRODUCTS[a].index(1) for a in range(1, 256)]


def _row(index, k):
    """What of each data symbol is in the symbol with this index."""
    if index < k:
        return [int(j == index) for j in range(k)]
    return [INVERSES[index ^ j] for j in range(k)]


def _add(target, factor, symbol):
    scaled = symbol.translate(PRODUCTS[factor])
    return bytes(a ^ b for a, b in zip(target, scaled))


def symbol(data, index):
    """Symbol `index` of the generation that begins with the symbols in `data`."""
    found = bytes(len(data[0]))
    for factor, one in zip(_row(index, len(data)), data):
        found = _add(found, factor, one)
    return found


def decode(k, symbols):
    """The data symbols from any k of a generation: {index: symbol}."""
    rows = [[bytearray(_row(index, k)), one] for index, one in list(symbols.items())[:k]]
    for column in range(k):
        pivot = next(place for place in range(column, k) if rows[place][0][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        scale = PRODUCTS[INVERSES[rows[column][0][column]]]
        rows[column] = [part.translate(scale) for part in map(bytes, rows[column])]
        for place in range(k):
            if place != column and rows[place][0][column]:
                factor = rows[place][0][column]
                rows[place] = [_add(ours, factor, theirs) for ours, theirs in zip(rows[place], rows[column])]
    return [one for _, one in rows]


def cut(data, k):
    """Data as k symbols of one size; its size must be a multiple of k."""
    size = len(data) // k
    return [data[i * size:(i + 1) * size] for i in range(k)]
