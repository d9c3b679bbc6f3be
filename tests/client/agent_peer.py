"""The same, for one agent: joining packets, turns, offers and stints on command."""

from typing import Any

from tests.client.peer import AT, CONVERSATION, Peer, envelope

CUSTOMER = {"type": "customer", "name": "Visitor"}
ME = {"name": "Ada", "kind": "bot", "id": "ada"}


def stint(stint_id: str = "s1", **more: Any) -> dict[str, Any]:
    """A stint as the server tells of it."""
    shape = {
        "stint_id": stint_id,
        "conversation_id": CONVERSATION,
        "agent": ME,
        "role": "holder",
        "state": "live",
        "epoch": 1,
        "boundary_seq": 0,
        "ready": True,
        "head": 0,
        "started_at": AT,
    }
    return {**shape, **more}


def turn(turn_id: str, kind: str = "message", from_seq: int = 0, to_seq: int = 0) -> dict[str, Any]:
    """A turn of stint `s1`."""
    return {
        "turn_id": turn_id,
        "stint_id": "s1",
        "conversation_id": CONVERSATION,
        "kind": kind,
        "from_seq": from_seq,
        "to_seq": to_seq,
        "deadline_at": AT,
        "ends_in_ms": 20_000,
    }


def handoff() -> dict[str, Any]:
    """The hand-off that brought the chat to the agent."""
    return {
        "handoff_id": "h1",
        "conversation_id": CONVERSATION,
        "kind": "hand_back",
        "state": "completed",
        "queue": "orders",
        "seeks": "bot",
        "note": "sorted out",
        "summary": {"maker": {"name": "rules", "version": "1"}, "issue": "late parcel"},
        "receiver": ME,
    }


def offer(offer_id: str = "o1") -> dict[str, Any]:
    """An offer as the server tells of it."""
    return {
        "offer_id": offer_id,
        "handoff": handoff(),
        "conversation_id": CONVERSATION,
        "customer": "Vera",
        "variables": {"topic": "parcel"},
        "transcript_tail": [],
        "baton": [{"kind": "bot", "name": "Ada", "started_at": AT, "a_newer_field": 1}],
        "why": None,
        "waited_ms": 10,
        "deadline_at": AT,
        "ends_in_ms": 30_000,
    }


class AgentPeer(Peer):
    """An agent's server with one conversation: entries by the customer, and a stint `s1`."""

    namespace = "/agent"

    def __init__(self, kind: str = "bot") -> None:
        super().__init__()
        self.me = {**ME, "kind": kind}
        self.stints: list[dict[str, Any]] = []
        self.turns: list[dict[str, Any]] = []
        self.offers: list[dict[str, Any]] = []
        self.presence = "available"
        self.packets_due = False
        self.greeting: dict[str, Any] | None = None
        self.boundary = 0
        self.stint_id = "s1"

    def snapshot(self) -> dict[str, Any]:
        return {
            "agent": self.me,
            "presence": self.presence,
            "stints": self.stints,
            "offers": self.offers,
            "handoffs": [],
            "turns": self.turns,
            "queues": [],
            "a_field_of_a_newer_server": 1,
        }

    async def after_snapshot(self, sid: str) -> None:
        if self.packets_due:
            await self.join()

    async def tell(self, event: str, data: dict[str, Any], **more: Any) -> None:
        """Emit something to whoever is connected."""
        await self.sio.emit(event, envelope(data, **more), namespace=self.namespace)

    async def join(self) -> None:
        """Send the joining packets; they are due until the stint is ready."""
        self.packets_due = True
        added = {"stint_id": self.stint_id, "agent": self.me, "role": "holder"}
        await self.tell("conversation.agent_added", added, epoch=1)
        transcript = [{"event": "message.created", **one} for one in self.entries[: self.boundary]]
        context = {
            "stint_id": self.stint_id,
            "variables": {"topic": "parcel"},
            "handoff": handoff(),
            "boundary_seq": self.boundary,
            "transcript": transcript,
        }
        await self.tell("conversation.context", context, epoch=1)
        if self.greeting is not None:
            greet = {"stint_id": "s1", "client_id": "greet:s1", "turn": self.greeting}
            await self.tell("conversation.greet", greet)

    def wrote(self, text: str) -> int:
        """Store what the customer wrote and return its seq; nothing is pushed."""
        seq = len(self.entries) + 1
        data = {"message_id": f"m{seq}", "content": {"type": "text", "text": text}}
        self.entries.append(envelope(data, seq=seq) | {"actor": CUSTOMER})
        return seq

    async def answer(self, event: str, sid: str, payload: dict[str, Any]) -> dict[str, Any]:
        head = len(self.entries)
        if event == "stint.ready":
            self.packets_due = False
            await self.push(*range(self.boundary + 1, head + 1))
            return {"ok": True, "head": head, "upto": head, "more": False}
        if event == "offer.accept":
            return {"ok": True, "stint_id": "s1", "conversation_id": CONVERSATION}
        if event == "handoff.request":
            return {"ok": True, "handoff_id": "h2", "answer": {"type": "queued"}}
        if event == "conversation.details":
            return {"ok": True, **self._details()}
        return {"ok": True, "message_id": payload.get("client_id", ""), "seq": head, "at": AT}

    def _details(self) -> dict[str, Any]:
        return {
            "conversation_id": CONVERSATION,
            "status": "active",
            "customer": "Visitor",
            "epoch": 1,
            "head": len(self.entries),
            "variables": {"topic": "parcel"},
            "baton": [],
            "stints": self.stints,
            "handoffs": [handoff()],
        }
