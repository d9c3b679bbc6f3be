"""Reports over stints, segments, hand-offs and offers: read in one snapshot, counted by pure functions."""

from batonpass.app.insights.asking import Question, report
from batonpass.app.insights.rows import table

__all__ = ["Question", "report", "table"]
