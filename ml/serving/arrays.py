"""Named arrays as one file: a line of JSON that says what follows, then their numbers.

NumPy's own archive takes ten times as long to open, and every start of the service waits for it.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]


def packed(arrays: Arrays) -> bytes:
    """The file; numbers and short texts only, little end first."""
    head = {name: (one.dtype.newbyteorder("<").str, one.shape) for name, one in arrays.items()}
    numbers = b"".join(one.astype(head[name][0]).tobytes() for name, one in arrays.items())
    return json.dumps(head).encode() + b"\n" + numbers


def unpacked(file: bytes) -> dict[str, NDArray[Any]]:
    """The arrays, not to be written to; raise `ValueError` where the file is no such thing."""
    head, _, numbers = file.partition(b"\n")
    found, start = {}, 0
    for name, (dtype, shape) in json.loads(head).items():
        count = int(np.prod(shape))
        lying = np.frombuffer(numbers, np.dtype(dtype), count, start).reshape(shape)
        start += lying.nbytes
        # Where numbers begin between two words NumPy copies them all each time one is picked.
        found[name] = np.require(lying, requirements="A")
    return found
