"""Reports for supervisors, as JSON and as CSV."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiohttp import web

from batonpass.app.insights import Question, report, table
from batonpass.app.insights.rows import as_csv, handoff_table
from batonpass.domain.figures import By, Report
from batonpass.protocol import insights as wire
from batonpass.transport.rest.call import Call
from batonpass.transport.rest.routes import Routes

routes = Routes("Insights")


@routes.get(
    "/insights", action="insights.read", said=wire.InsightsQuery, reply=wire.InsightsReport, rate="reports"
)
async def read_insights(call: Call, said: wire.InsightsQuery) -> Any:
    """Report on volumes, waits, handling, offers, hand-offs and satisfaction.

    What began in the window counts, wherever it stands by now.
    """
    return asdict(await _asked(call, said))


@routes.get(
    "/insights.csv", action="insights.read", said=wire.InsightsTableQuery, reply="text/csv", rate="reports"
)
async def read_insights_table(call: Call, said: wire.InsightsTableQuery) -> Any:
    """Report as CSV: a line for each division, or for hand-offs that are alike.

    Cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    found = await _asked(call, said)
    text = as_csv((handoff_table if said.table == "handoffs" else table)(found))
    headers = {
        "Content-Disposition": 'attachment; filename="insights.csv"',
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


async def _asked(call: Call, said: wire.InsightsQuery) -> Report:
    by = [By(name) for name in said.by.split(",")] if said.by else []
    question = Question(_ms(said.since), _ms(said.until), by, said.zone)
    found: Report = await call.read(report, call.env.rules.insights, question)
    return found


def _ms(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp() * 1000)
