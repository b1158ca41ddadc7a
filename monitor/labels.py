"""Version labels compare as numbers: `9` is `9.0`, `7.1` is not `7`, `V4` is `4`."""

from __future__ import annotations

import re


def number_of(label: str) -> tuple[int, ...]:
    """A version label as numbers, trailing zeros dropped; () for a label without any."""
    parts = [int(part) for part in re.findall(r"\d+", label)]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def plain_label(label: str) -> str:
    """The label by which a version goes in keys and addresses: `9.0` and `V9` are `9`."""
    return ".".join(map(str, number_of(label))) or label


def covers(whole: str, other: str) -> bool:
    """Whether a label is, or as a whole number covers, another: 5 covers 5 and 5.1, 5.1 covers only 5.1."""
    mine, theirs = number_of(whole), number_of(other)
    return mine == theirs or (len(mine) == 1 and theirs[:1] == mine)
