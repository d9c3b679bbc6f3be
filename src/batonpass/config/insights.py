"""`[insights]`: what the reports take for good, soon and today."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from batonpass.config.base import Expected, Seconds, Section
from batonpass.domain.insight_rules import InsightRules


def _zone(value: Any) -> Any:
    if isinstance(value, str):
        try:
            ZoneInfo(value)
        except (KeyError, OSError, ValueError):
            raise ValueError("not a time zone") from None
    return value


Zone = Annotated[str, BeforeValidator(_zone), Expected('a time zone such as "UTC" or "Europe/Berlin"')]


class Insights(Section):
    """What the reports go by: `batonpass insights`, and docs/insights.md for what each figure is."""

    service_level: Seconds = Field(
        60.0,
        description="A person should be there within this; the share of waits where one was is reported.",
    )
    recontact: Seconds = Field(
        86_400.0, description="Who begins another chat this soon after the last one ended came back with it."
    )
    timezone: Zone = Field("UTC", description="Whose hours and days the reports are divided by.")

    def rules(self) -> InsightRules:
        """What the core reads."""
        return InsightRules(round(self.service_level * 1000), round(self.recontact * 1000), self.timezone)
