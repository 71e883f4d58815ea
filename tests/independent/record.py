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

    def missing_parents(self, entry):
        """Ids of the parents that are not here."""
        return [one for _, one in entry.parents() if one not in self.entries]

    def ancestry(self, ids):
        """The ids given, as far as they are here, and those of all that they stand on."""
        found, waiting = set(), [one for one in ids if one in self.entries]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += [parent for _, parent in self.entries[one].parents() if parent in self.entries]
        return found

    def canonical_order(self):
        """Section 9.6: the lowest id among entries all of whose parents are taken; never by clock."""
        waits_for, followers, ready = {}, {}, []
        for entry in self.entries.values():
            parents = {one for _, one in entry.parents() if one in self.entries}
            waits_for[entry.id] = len(parents)
            for parent in parents:
                followers.setdefault(parent, []).append(entry.id)
            if not parents and not self._is_orphan(entry):
                heapq.heappush(ready, entry.id)
        return self._taken(waits_for, followers, ready)

    def _is_orphan(self, entry):
        """Section 15, 9.6: it names a place that nothing is held at."""
        return any(place not in self.places for place, _ in entry.parents())

    def _taken(self, waits_for, followers, ready):
        order = []
        while ready:
            order.append(heapq.heappop(ready))
            for follower in followers.get(order[-1], ()):
                waits_for[follower] -= 1
                if waits_for[follower] == 0 and not self._is_orphan(self.entries[follower]):
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
        """Section 9.5: places with two entries of one author."""
        return [place for place, ids in self.places.items()
                if len({self.entries[one].author for one in ids}) < len(ids)]
