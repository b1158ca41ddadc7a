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
        return token if self._is_blank(self.tokens[index - 1].end, token.start) else END

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

    def fills_cell(self, first: int, stop: int) -> bool:
        """Whether the tokens from `first` to before `stop` fill their cell of a table, or the line."""
        last = stop - 1
        begins = first == 0 or self.tokens[first - 1].kind == "cell"
        ends = stop == len(self.tokens) or self.tokens[stop].kind == "cell"
        left = self.tokens[first - 1].end if first else self.start
        right = self.end if stop == len(self.tokens) else self.tokens[stop].start
        return (
            begins
            and ends
            and self._is_blank(left, self.tokens[first].start)
            and self._is_blank(self.tokens[last].end, right)
        )

    def follows_number(self, index: int) -> bool:
        """Whether a number stands directly before this token."""
        if index == 0 or self.tokens[index - 1].kind != "num":
            return False
        return self._is_blank(self.tokens[index - 1].end, self.tokens[index].start)

    def _is_blank(self, start: int, end: int) -> bool:
        return end - start <= WIDEST_GAP and not self.folded[start:end].strip()


def _outside(tokens: list[Token], spans: Sequence[Span]) -> list[Token]:
    """The tokens that lie in none of the spans, which are in order."""
    if not spans:
        return tokens
    return [token for token in tokens if not _inside(token, spans)]


def _inside(token: Token, spans: Sequence[Span]) -> bool:
    index = bisect_right(spans, token.start, key=lambda span: span.start) - 1
    return index >= 0 and token.start < spans[index].end
