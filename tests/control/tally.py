# SPDX-License-Identifier: GPL-2.0
"""What was tried, by kind, and what became of it."""
import collections
import errno


class Tally:
    """By kind, how often each outcome: 0 is accepted, None that nobody answered."""

    def __init__(self):
        self.outcomes = collections.defaultdict(collections.Counter)

    def add(self, kind, outcome):
        """One more of a kind, with its errno."""
        self.outcomes[kind][outcome] += 1

    def lines(self):
        """KIND OUTCOME COUNT, the accepted ones first."""
        for kind, outcomes in sorted(self.outcomes.items()):
            yield f"{kind} accepted {outcomes.pop(0, 0)}"
            for outcome, count in outcomes.most_common():
                name = errno.errorcode.get(outcome, str(outcome)) if outcome else "unanswered"
                yield f"{kind} {name} {count}"
