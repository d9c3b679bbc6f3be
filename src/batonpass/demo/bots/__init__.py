"""Three sample bots on the SDK, for the demo workspace: read them as examples."""

from collections.abc import Callable

from batonpass.client import Bot
from batonpass.demo.bots.billing import billing_bot
from batonpass.demo.bots.survey import survey_bot
from batonpass.demo.bots.triage import triage_bot

BOTS: dict[str, Callable[[str, str], Bot]] = {
    "triage": triage_bot,
    "billing": billing_bot,
    "survey": survey_bot,
}
"""By the agent id in `workspace.toml`: call with the server's address and the bot's key."""

__all__ = ["BOTS", "billing_bot", "survey_bot", "triage_bot"]
