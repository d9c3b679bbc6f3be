"""Reports over REST. The figures are the core's own classes; docs/insights.md defines each."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, StringConstraints

from batonpass.domain.figures import Group
from batonpass.protocol.base import Wire

_ONE = "hour|day|week|month|queue|agent|kind"
By = Annotated[str, StringConstraints(pattern=rf"^({_ONE})(,({_ONE}))*$", max_length=60)]
Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+/-]{1,64}$")]


class InsightsQuery(Wire):
    """A window `[since, until)`, by default the last day; what to divide by, with commas; whose hours and days.

    Times are RFC 3339. `by`: one of hour, day, week and month, and queue, agent, kind.
    """

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    by: By | None = None
    zone: Zone | None = None


class InsightsTableQuery(InsightsQuery):
    """`table` says what is counted: figures, or hand-offs that are alike."""

    table: Literal["figures", "handoffs"] = "figures"


class InsightsReport(Wire):
    """The figures of a window: the whole, and each division. A part that a division does not apply to is null."""

    since: datetime
    until: datetime
    zone: str
    by: list[str]
    service_level_s: float
    total: Group
    groups: list[Group]
