# SPDX-License-Identifier: Apache-2.0
"""Ways to alter an export, by somebody who may hold keys: everything that can be signed again is.

Each takes an ExportFile, which is the caller's own copy, and a seeded Random, and gives the bytes of the file.
"""

import copy

from agreements import LABEL
from canonical_cbor import Reader, decode, encode
from crypto import SigningKey, blake2b_256
from entries import rebuild
from export_write import signed_manifest

RUN_LABEL, HEADS_LABEL = "openline run 1", "openline heads 1"


class ExportFile:
    """An export in its items, with the keys of those who signed it."""

    def __init__(self, data, station_keys, root_keys):
        self.items = []
        reader = Reader(data)
        while not reader.at_end():
            self.items.append(reader.item())
        self.stations = {key.public: key for key in station_keys}
        self.roots = {key.public: key for key in root_keys}

    def copy(self):
        other = copy.copy(self)
        other.items = copy.deepcopy(self.items)
        return other

    @property
    def head(self):
        return self.items[0]

    @property
    def line(self):
        return self.head[2]

    @property
    def manifest(self):
        return self.items[-1]

    def runs(self):
        return [item for item in self.items[1:-1] if isinstance(item, dict)]

    def statements(self):
        return [item for item in self.items[1:-1] if isinstance(item, list)]

    def place(self, item):
        return next(place for place, one in enumerate(self.items) if one is item)

    def as_it_is(self):
        return b"".join(map(encode, self.items))

    def signed_again(self, **changes):
        """The file with a manifest that its exporter made anew."""
        before = b"".join(map(encode, self.items[:-1]))
        manifest = self.manifest | {3: sum(len(run[7]) for run in self.runs()), 4: blake2b_256(before)}
        manifest |= {int(key[1:]): value for key, value in changes.items()}
        return before + encode(signed_manifest(manifest, self.line, self.stations[manifest[1]]))

    def sign_run(self, run, key=None):
        run[8] = (key or self.stations[run[2]]).sign(RUN_LABEL, run[1], rebuild(run)[-1].id)

    def sign_heads(self, signed, heads, key=None):
        signed[2] = encode(heads)
        signed[3] = (key or self.stations[signed[1]]).sign(HEADS_LABEL, signed[0], signed[2])


def _flipped(data, random):
    place = random.randrange(8 * len(data))
    altered = bytearray(data)
    altered[place // 8] ^= 1 << place % 8
    return bytes(altered)


def _stranger(random):
    return SigningKey(random.randbytes(32))


def _continued(file):
    """Runs whose chain goes on in the file."""
    previous = {run.get(5) for run in file.runs()}
    return [run for run in file.runs() if rebuild(run)[-1].id in previous]


# Damage, without any key.

def flips_a_bit_of_the_file(file, random):
    return _flipped(file.as_it_is(), random)


def flips_a_bit_of_a_runs_signature(file, random):
    run = random.choice(file.runs())
    run[8] = _flipped(run[8], random)
    return file.signed_again()


def flips_a_bit_of_a_body(file, random):
    short = random.choice(random.choice(file.runs())[7])
    short[7] = _flipped(short[7], random)
    return file.signed_again()


def flips_a_bit_of_a_previous_id(file, random):
    run = random.choice([run for run in file.runs() if 5 in run])
    run[5] = _flipped(run[5], random)
    return file.signed_again()


def flips_a_bit_of_an_agreements_signature(file, random):
    signature = random.choice(file.head[3][0][2])
    signature[2] = _flipped(signature[2], random)
    return file.signed_again()


def flips_a_bit_of_a_cards_signature(file, random):
    card = random.choice(file.head[4])[0]
    card[2] = _flipped(card[2], random)
    return file.signed_again()


def flips_a_bit_of_the_signature_of_heads(file, random):
    signed = random.choice(file.statements())
    signed[3] = _flipped(signed[3], random)
    return file.signed_again()


def flips_a_bit_of_the_manifests_signature(file, random):
    file.manifest[6] = _flipped(file.manifest[6], random)
    return file.as_it_is()


def cuts_the_file_off(file, random):
    whole = file.as_it_is()
    return whole[:random.randrange(len(whole))]


def leaves_out_the_manifest(file, random):
    file.items.pop()
    return file.as_it_is()


def appends_a_byte(file, random):
    return file.as_it_is() + random.randbytes(1)


# What an exporter could try, who signs the manifest again.

def drops_an_entry_that_others_stand_on(file, random):
    del file.items[file.place(random.choice(_continued(file)))]
    return file.signed_again()


def drops_the_last_entry_that_heads_cover(file, random):
    """Though the manifest's heads no longer name it, the other side's do."""
    covered = [head for signed in file.statements() for head in decode(signed[2])[2]]
    run = next(run for run in reversed(file.runs()) if rebuild(run)[-1].id in [head[3] for head in covered])
    last = rebuild(run)[-1]
    del file.items[file.place(run)]
    return file.signed_again(_5=[head for head in file.manifest[5] if head[3] != last.id])


def swaps_two_runs_of_a_chain(file, random):
    runs = file.runs()
    pairs = [(a, b) for a in runs for b in runs if b.get(5) == rebuild(a)[-1].id]
    one, other = map(file.place, random.choice(pairs))
    file.items[one], file.items[other] = file.items[other], file.items[one]
    return file.signed_again()


def repeats_a_run(file, random):
    run = random.choice(file.runs())
    file.items.insert(file.place(run) + 1, copy.deepcopy(run))
    return file.signed_again()


def puts_a_run_behind_the_heads(file, random):
    run = file.items.pop(file.place(file.runs()[-1]))
    file.items.insert(len(file.items) - 1, run)
    return file.signed_again()


def repeats_heads(file, random):
    file.items.insert(len(file.items) - 1, copy.deepcopy(file.statements()[-1]))
    return file.signed_again()


def counts_another_number_of_entries(file, random):
    return file.signed_again(_3=len(file.runs()) + random.choice((-1, 100)))


def names_too_few_heads(file, random):
    del file.items[1 + len(file.runs()):-1]
    return file.signed_again(_5=[])


def says_another_kind_of_record(file, random):
    file.head[5] = 1
    return file.signed_again()


# What takes a member's station key, or a stranger's.

def signs_a_run_with_another_members_key(file, random):
    run = random.choice(file.runs())
    file.sign_run(run, next(key for public, key in file.stations.items() if public != run[2]))
    return file.signed_again()


def gives_a_run_to_a_stranger(file, random):
    run, stranger = file.runs()[-1], _stranger(random)
    run[2] = stranger.public
    file.sign_run(run, stranger)
    return file.signed_again()


def writes_an_earlier_entry_anew(file, random):
    """The author itself: what stands on the entry names another."""
    run = random.choice(_continued(file))
    run[7][-1][6] += 1
    file.sign_run(run)
    return file.signed_again()


def writes_the_last_entry_anew(file, random):
    """Its author and the exporter together; the other side's heads still name what it was."""
    heads = [head for signed in file.statements() for head in decode(signed[2])[2]]
    run = next(run for run in reversed(file.runs()) if rebuild(run)[-1].id in [head[3] for head in heads])
    old = rebuild(run)[-1].id
    run[7][-1][7] = encode({1: "something else", 2: "en"})
    file.sign_run(run)
    new = rebuild(run)[-1].id
    return file.signed_again(_5=[head[:3] + [new] if head[3] == old else head for head in file.manifest[5]])


def takes_a_run_of_another_line(file, random):
    run = copy.deepcopy(file.runs()[-1])
    run[1] = random.randbytes(32)
    file.sign_run(run)
    file.items[file.place(file.runs()[-1])] = run
    return file.signed_again()


def has_heads_of_a_stranger(file, random):
    signed, stranger = file.statements()[-1], _stranger(random)
    signed[1] = stranger.public
    file.sign_heads(signed, decode(signed[2]), stranger)
    return file.signed_again()


def has_heads_that_name_an_unknown_entry(file, random):
    signed = file.statements()[-1]
    heads = decode(signed[2])
    heads[2][-1][3] = random.randbytes(32)
    file.sign_heads(signed, heads)
    return file.signed_again()


def has_heads_in_another_order(file, random):
    signed = file.statements()[-1]
    heads = decode(signed[2])
    heads[2].append(heads[2][0])
    file.sign_heads(signed, heads)
    return file.signed_again()


# What takes a party's root key, or all members.

def agrees_on_other_terms(file, random):
    """All members sign anew; the line's id is of what they signed first."""
    signed = file.head[3][0]
    signed[1] = encode(decode(signed[1]) | {5: 7200})
    signed[2] = [{1: one[1], 2: file.stations[one[1]].sign(LABEL, b"", signed[1])} for one in signed[2]]
    return file.signed_again()


def lacks_a_members_signature(file, random):
    file.head[3][0][2].pop(random.randrange(len(file.head[3][0][2])))
    return file.signed_again()


def has_a_party_of_another_root(file, random):
    signed, root = random.choice(file.head[4])[0], _stranger(random)
    signed[1] = encode(decode(signed[1]) | {1: root.public})
    signed[2] = root.sign("openline card 1", b"", signed[1])
    return file.signed_again()


def takes_the_author_off_the_card(file, random):
    """A party that denies its own station, with its own root."""
    signed = random.choice(file.head[4])[0]
    card = decode(signed[1])
    card[6][0][1] = _stranger(random).public
    signed[1] = encode(card)
    signed[2] = file.roots[card[1]].sign("openline card 1", b"", signed[1])
    return file.signed_again()


def swaps_the_members_cards(file, random):
    file.head[4].reverse()
    return file.signed_again()


ALL = [found for name, found in list(globals().items())
       if callable(found) and getattr(found, "__module__", "") == __name__ and not name.startswith("_")
       and name != "ExportFile"]
