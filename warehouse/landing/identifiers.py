"""Patient identifiers never land: their keyed hash takes their place."""

import pyarrow as pa

from warehouse.hash_key import token


def hashed(values: pa.Array, key: bytes) -> pa.Array:
    """Each text replaced by the hex of its keyed hash; null and empty text stay what they are."""
    words = values.dictionary_encode()
    tokens = [token(word, key) for word in words.dictionary.to_pylist()]
    return pa.array(tokens, pa.string()).take(words.indices)
