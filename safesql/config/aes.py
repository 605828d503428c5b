"""AES-128 backwards, for files that hide a password by it: FIPS 197, sections 4 and 5.3.

It is not fast, and its time tells about the key; the files it reads carry their key with them.
"""

from __future__ import annotations

from functools import cache
from itertools import chain

ROUNDS = 10


def decrypted(data: bytes, key: bytes) -> bytes:
    """Blocks of 16 bytes, each by itself (ECB); ``key`` is 16 bytes."""
    keys = _round_keys(key)
    return b"".join(_block(data[at : at + 16], keys) for at in range(0, len(data), 16))


def _times(a: int, b: int) -> int:
    """The product in the field of 256 elements."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


@cache
def _boxes() -> tuple[bytes, bytes]:
    """The substitution of bytes, and its inverse."""
    inverse = [0] * 256
    for a in range(1, 256):
        inverse[a] = next(b for b in range(1, 256) if _times(a, b) == 1) if not inverse[a] else inverse[a]
        inverse[inverse[a]] = a
    box = bytearray(256)
    for value in range(256):
        b = inverse[value]
        turned = [(b << turn | b >> (8 - turn)) & 0xFF for turn in range(5)]
        box[value] = turned[0] ^ turned[1] ^ turned[2] ^ turned[3] ^ turned[4] ^ 0x63
    back = bytearray(256)
    for value, put in enumerate(box):
        back[put] = value
    return bytes(box), bytes(back)


def _round_keys(key: bytes) -> list[bytes]:
    """The key of each round."""
    box, _ = _boxes()
    words = [key[at : at + 4] for at in range(0, 16, 4)]
    constant = 1
    for number in range(4, 4 * (ROUNDS + 1)):
        word = words[-1]
        if number % 4 == 0:
            word = bytes(box[byte] for byte in word[1:] + word[:1])
            word = bytes((word[0] ^ constant,)) + word[1:]
            constant = _times(constant, 2)
        words.append(bytes(a ^ b for a, b in zip(words[number - 4], word, strict=True)))
    return [b"".join(words[at : at + 4]) for at in range(0, len(words), 4)]


def _block(block: bytes, keys: list[bytes]) -> bytes:
    """One block; a column is four bytes in a row."""
    _, back = _boxes()
    state = _mixed_in(block, keys[ROUNDS])
    for number in range(ROUNDS - 1, -1, -1):
        shifted = bytes(state[(at - 4 * (at % 4)) % 16] for at in range(16))
        state = _mixed_in(bytes(back[byte] for byte in shifted), keys[number])
        if number:
            state = bytes(chain.from_iterable(_column(state[at : at + 4]) for at in range(0, 16, 4)))
    return state


def _mixed_in(state: bytes, key: bytes) -> bytes:
    """Exclusive or, byte by byte."""
    return bytes(a ^ b for a, b in zip(state, key, strict=True))


def _column(column: bytes) -> bytes:
    """A column mixed back."""
    return bytes(
        _times(column[row], 14) ^ _times(column[(row + 1) % 4], 11)
        ^ _times(column[(row + 2) % 4], 13) ^ _times(column[(row + 3) % 4], 9)
        for row in range(4)
    )  # fmt: skip
