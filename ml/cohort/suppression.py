"""Which counts of a table may be said: a cell of fewer than ten could point at one patient."""

from collections.abc import Sequence

LEAST = 10


def unsaid(counts: Sequence[int]) -> frozenset[int]:
    """Positions of counts that are not said, where their total is known.

    The small ones, and then the next smallest: the total less all that is said is the sum of what
    is not. So that it tells none of them, at least two are not said, and together they are twenty
    or more (secondary suppression). Nought is said.
    """
    rising = sorted((place for place, n in enumerate(counts) if n), key=lambda place: counts[place])
    hidden = [place for place in rising if counts[place] < LEAST]
    for place in rising[len(hidden) :] if hidden else ():
        if len(hidden) > 1 and sum(counts[one] for one in hidden) >= 2 * LEAST:
            break
        hidden.append(place)
    return frozenset(hidden)
