"""Text as searches compare it."""

import unicodedata


def folded(text: str) -> str:
    """Without case, and with one form of letters that look the same."""
    return unicodedata.normalize("NFKC", text).casefold()
