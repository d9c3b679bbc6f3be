"""What the operator decided about reports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InsightRules:
    """`service_level_ms`: a person is to be there within this. `recontact_ms`: a chat this soon after another of the
    same customer is a re-contact. `zone`: whose days and hours the reports' are (an IANA name)."""

    service_level_ms: int = 60_000
    recontact_ms: int = 86_400_000
    zone: str = "UTC"


INSIGHTS = InsightRules()
"""What an operator who says nothing gets."""
