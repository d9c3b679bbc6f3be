"""Moves around the talk: an address left, an answer given, something read, an after-work closed with a code."""

from collections.abc import Sequence
from typing import Any

from batonpass.app import care, contacts, going_back, presence, receipts
from tests.support.commands import Command, Commands, pick

CODES = ("parcel", "other", None, "nonsense")


class CareCommands(Commands):
    """What could be sent of this sort, drawn by small numbers."""

    def leaves_contact(self, n: int) -> Command | None:
        """The customer of a chat, seldom of one that goes well, leaves an address."""
        talks = self.ground.seen.talks
        alone = [t for t in talks if t.row.status == "open" or t.row.close_reason == "unanswered"]
        talk = pick((alone if n < 9 else talks)[::-1], n)
        if talk is None:
            return None
        said = contacts.LeaveContact(talk.row.customer_id, talk.id, self.key(), "call", email="a@b.example")
        return contacts.leave_contact, said

    def scores(self, n: int, how: int) -> Command | None:
        """An answer to a question; for some the same again, another one, or somebody else's."""
        asked = pick(self.ground.seen.surveys[::-1], n)
        if asked is None:
            return None
        customer_id = "c0" if how > 10 else asked["customer_id"]
        return care.give_score, care.GiveScore(customer_id, asked["id"], 1 + how % 5)

    def goes_back(self, n: int) -> Command | None:
        """The customer of a chat, mostly of one that waits, would rather have the bot."""
        talks = self.ground.seen.talks
        talk = pick(([t for t in talks if t.row.status == "open"] if n < 9 else talks)[::-1], n)
        if talk is None:
            return None
        asked = going_back.AskedForBot(talk.row.customer_id, talk.id, self.key())
        return going_back.ask_for_bot, asked

    def reads(self, n: int, how: int) -> Command | None:
        """A customer, or an agent, has seen something; more than there is, or less than before."""
        talk = pick(self.ground.seen.talks[::-1], n)
        if talk is None:
            return None
        stint = pick(talk.live, how)
        if how % 2 or stint is None:
            saw = receipts.CustomerSaw(talk.row.customer_id, talk.id, how, how // 2)
            return receipts.customer_saw, saw
        return receipts.agent_saw, receipts.AgentSaw(stint.agent_id, talk.id, stint.id, how * 2)

    def finishes(self, n: int, how: int) -> Command | None:
        """An after-work ends with a code, without one, or with one that is none."""
        stints = [s for t in self.ground.seen.talks for s in t.stints if not s.bot]
        stint = pick(([s for s in stints if s.state == "wrap_up"] if n < 9 else stints)[::-1], n)
        if stint is None:
            return None
        code = CODES[how % len(CODES)]
        return presence.finish_wrap_up, presence.Finishes(stint.agent_id, stint.id, disposition=code)

    def answers_contact(self, n: int, how: int) -> Command | None:
        """Somebody says that a contact has an answer."""
        found = pick(self.ground.seen.contacts[::-1], n)
        if found is None:
            return None
        finish = contacts.FinishContact(f"R{1 + how % 4}", found["id"], how % 3 > 0)
        return contacts.finish_contact, finish


class CareMoves:
    """A part of the game."""

    ground: Any

    async def _send(self, command: Command | None) -> None:
        raise NotImplementedError

    async def around_the_talk(self, n: int, does: str, how: int) -> None:
        draw = CareCommands(self.ground)
        does_it = {
            "scores": draw.scores,
            "reads": draw.reads,
            "finishes": draw.finishes,
            "answers": draw.answers_contact,
        }
        of_a_chat = {"leaves": draw.leaves_contact, "goes_back": draw.goes_back}
        await self._send(of_a_chat[does](n) if does in of_a_chat else does_it[does](n, how))


N: Sequence[int] = range(12)
CARE_MOVES: dict[str, tuple[float, dict[str, Sequence[Any]]]] = {
    "around_the_talk": (
        4,
        {
            "n": N,
            "does": [
                "leaves",
                "goes_back",
                "goes_back",
                "scores",
                "scores",
                "reads",
                "reads",
                "finishes",
                "finishes",
                "answers",
            ],
            "how": N,
        },
    ),
}
