"""What the figures need of a transaction."""

from collections.abc import Sequence
from typing import Protocol

from batonpass.domain.segments import Segment


class Figures(Protocol):
    """Segments: stretches of waiting, written with what they are about."""

    def open_segments(self, handoff_ids: Sequence[str]) -> list[Segment]: ...
    def put_segments(self, segments: Sequence[Segment]) -> None: ...
