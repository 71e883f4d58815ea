# SPDX-License-Identifier: Apache-2.0
"""The entries of a line as a graph: ancestry, order, heads and forks (docs/protocol.md sections 9.2 to 9.6, 10)."""

import heapq


class Record:
    """Entries of one line, by id and by place."""

    def __init__(self, entries=()):
        self.entries = {}
        self.places = {}
        for entry in entries:
            self.add(entry)

    def __len__(self):
        return len(self.entries)

    def __contains__(self, entry_id):
        return entry_id in self.entries

    def add(self, entry):
        if entry.id not in self.entries:
            self.entries[entry.id] = entry
            self.places.setdefault(entry.place, []).append(entry.id)

    def at(self, author, incarnation, sequence):
        """The entries of an author at a place: more than one where a chain forks."""
        return [self.entries[one] for one in self.places.get((incarnation, sequence), ())
                if self.entries[one].author == author]

    def parents(self, entry):
        """Ids of the parents that are here. Another entry at the place that is named stands for none (section 9.6)."""
        return {one for place, one in entry.parents() if one in self.places.get(place, ())}

    def missing_parents(self, entry):
        """Ids of the parents that are not here: key 5 by its id, keys 6 and 7 by their place (section 9.4)."""
        return [one for place, one in entry.parents()
                if place not in self.places or one == entry.header.get(5) and one not in self.places[place]]

    def ancestry(self, ids):
        """The ids given, as far as they are here, and those of all that they stand on."""
        found, waiting = set(), [one for one in ids if one in self.entries]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.parents(self.entries[one])
        return found

    def canonical_order(self):
        """Section 9.6: the lowest id among entries all of whose parents are taken; never by clock."""
        waits_for, followers, ready = {}, {}, []
        for entry in self.entries.values():
            parents = self.parents(entry)
            waits_for[entry.id] = len(parents) + len(self.missing_parents(entry))
            for parent in parents:
                followers.setdefault(parent, []).append(entry.id)
            if waits_for[entry.id] == 0:
                heapq.heappush(ready, entry.id)
        return self._taken(waits_for, followers, ready)

    def _taken(self, waits_for, followers, ready):
        order = []
        while ready:
            order.append(heapq.heappop(ready))
            for follower in followers.get(order[-1], ()):
                waits_for[follower] -= 1
                if waits_for[follower] == 0:
                    heapq.heappush(ready, follower)
        return order + sorted(set(self.entries) - set(order))

    def heads(self):
        """Section 10: of each author the newest entries that no later one of its own stands on."""
        passed = set()
        for entry in self.entries.values():
            passed.update(one for one in (entry.header.get(5), entry.header.get(6, [None] * 3)[2]) if one)
        found = [[entry.author, entry.incarnation, entry.sequence, entry.id]
                 for entry in self.entries.values() if entry.id not in passed]
        return sorted(found)

    def forks(self):
        """Section 9.5, in words: two entries at one place, or two that continue one."""
        found = []
        for (incarnation, sequence), ids in self.places.items():
            if len({self.entries[one].author for one in ids}) < len(ids):
                found.append(f"equivocation: two entries at sequence {sequence} of incarnation {incarnation.hex()}")
        return found + self._rollbacks()

    def _rollbacks(self):
        """An incarnation that begins from nothing or from an entry that another entry of its author continues too."""
        found, continued = [], {}
        for entry in self.entries.values():
            before = entry.header.get(5) or entry.header.get(6, [None] * 3)[2]
            continued.setdefault((entry.author, before), []).append(entry)
        for entries in continued.values():
            if len({entry.place for entry in entries}) > 1:
                found.append(f"rollback: {' and '.join(entry.id.hex()[:8] for entry in entries)} continue the same")
        return found
