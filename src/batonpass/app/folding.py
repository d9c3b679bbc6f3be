"""Text as searches compare it."""

import unicodedata

PIECE = 128
"""To bring a long run of accents into order costs the square of its length, and customers write what they like."""


def folded(text: str) -> str:
    """Without case, and with one form of letters that look the same."""
    if text.isascii():
        return text.casefold()
    return "".join(unicodedata.normalize("NFKC", piece) for piece in _pieces(text)).casefold()


def _pieces(text: str) -> list[str]:
    """Cut behind spaces, where no letters hang together, or else where it gets too long."""
    pieces, start = [], 0
    while start < len(text):
        end = text.rfind(" ", start, start + PIECE) + 1 if len(text) - start > PIECE else len(text)
        pieces.append(text[start : end or start + PIECE])
        start += len(pieces[-1])
    return pieces
