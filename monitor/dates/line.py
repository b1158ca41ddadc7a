"""The tokens of one line, and which of them directly continue each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from monitor.dates.lexicon import Kind
from monitor.dates.tokens import WIDEST_GAP, Token, tokens_of
from monitor.words import Span

END = Token("end", -1, -1)


class Line:
    """One line of folded text as its tokens. `origin` is the token at which a reading begins: it needs no neighbour."""

    def __init__(self, folded: str, start: int, end: int, *, without: Sequence[Span] = ()) -> None:
        self.folded = folded
        self.start = start
        self.end = end
        self.tokens = _outside(tokens_of(folded, start, end), without)
        self.origin = 0

    def at(self, index: int) -> Token:
        """The token, when nothing but a little space parts it from the one before; else END."""
        if index >= len(self.tokens):
            return END
        token = self.tokens[index]
        if index == self.origin:
            return token
        before = self.tokens[index - 1].end
        gap = token.start - before
        if gap and (gap > WIDEST_GAP or not self.folded[before : token.start].isspace()):
            return END
        return token

    def skip(self, index: int, *kinds: Kind, most: int = 3) -> int:
        """The first index that is none of these kinds, at most so many further on."""
        for _ in range(most):
            if self.at(index).kind not in kinds:
                break
            index += 1
        return index

    def words(self, index: int) -> str:
        """The folded text of a token."""
        token = self.tokens[index]
        return self.folded[token.start : token.end]

    def stands_alone(self, first: int, stop: int) -> bool:
        """Whether the tokens from `first` to before `stop` fill the line, or their cell of a table."""
        left = self.folded[max(self.start, self.tokens[first].start - WIDEST_GAP) : self.tokens[first].start].strip()
        right = self.folded[self.tokens[stop - 1].end : min(self.end, self.tokens[stop - 1].end + WIDEST_GAP)].strip()
        return left in ("", "|") and right[:1] in ("", "|") and self._edge(first, stop, left, right)

    def _edge(self, first: int, stop: int, left: str, right: str) -> bool:
        at_start = left == "|" or self.tokens[first].start - self.start <= WIDEST_GAP
        at_end = right[:1] == "|" or self.end - self.tokens[stop - 1].end <= WIDEST_GAP
        return at_start and at_end


def _outside(tokens: list[Token], spans: Sequence[Span]) -> list[Token]:
    """The tokens that lie in none of the spans, which are in order."""
    if not spans:
        return tokens
    return [token for token in tokens if not _inside(token, spans)]


def _inside(token: Token, spans: Sequence[Span]) -> bool:
    index = bisect_right(spans, token.start, key=lambda span: span.start) - 1
    return index >= 0 and token.start < spans[index].end
