"""Where the operator's tables are changed."""

from typing import Literal

from pydantic import Field

from batonpass.config.base import Section


class Administration(Section):
    """Who has the last word about the operator's tables: queues, agents, words, timers and so on."""

    source: Literal["file", "store"] = Field(
        "file",
        description="`file`: they are changed in this file, and read again by `batonpass reload`. `store`: this file "
        "is the first version, and from then on they are changed while the server runs (docs/administration.md).",
    )


FIXED = frozenset({"server", "store", "config", "summarizer", "plugins", "metrics", "identity"})
"""Tables of the installation: read from the file, at the start only. All others are the operator's, and change while
the server runs."""
