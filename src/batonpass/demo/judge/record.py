"""Who said and heard what, in the tap's order: frames given to their clients, replies to their requests."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from .frames import ACK, CONNECT, EVENT, Closed, Frame, Opened, Packet, Step
from .plan import Plan

Kind = Literal["opened", "closed", "says", "hears", "answered"]
SUPERVISOR = "/supervisor"
NAMESPACES = {"/customer", "/agent", SUPERVISOR}


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing at one client.

    `opened` names the namespace. `says`: a client event; `hears`: a server event; `answered`: the reply to
    `request`, what was said.
    """

    at: float
    conn: int
    kind: Kind
    name: str = ""
    body: Any = None
    request: Any = None


@dataclass(slots=True)
class Finding:
    """A broken law: the figure it counts in, where, and a sentence."""

    figure: str
    conversation: str
    client: str
    what: str


@dataclass(slots=True)
class Record:
    """Everything of a run, by client, in order. `leaks` are private words in frames to customers."""

    plan: Plan
    happenings: dict[str, list[Happening]] = field(default_factory=dict)
    reconnects: int = 0
    leaks: list[Finding] = field(default_factory=list)
    strangers: int = 0

    def of(self, client: str) -> list[Happening]:
        return self.happenings.get(client, [])

    def agents(self) -> Iterator[str]:
        return (name for name, client in self.plan.clients.items() if not client.customer)

    def agent_ids(self) -> dict[str, str]:
        """The id of each agent's client, as its snapshot has it."""
        return {
            client: str(happening.body["data"]["agent"]["id"])
            for client in self.agents()
            for happening in self.of(client)
            if happening.kind == "hears"
            and happening.name == "session.snapshot"
            and "agent" in happening.body["data"]
        }

    def customers(self) -> Iterator[str]:
        return (name for name, client in self.plan.clients.items() if client.customer)


class Recorder:
    """Turns the tap's steps into a record. Feed every step, in order."""

    def __init__(self, plan: Plan) -> None:
        self.record = Record(plan, {name: [] for name in plan.clients})
        self._owner: dict[int, str] = {}
        self._asked: dict[tuple[int, str, int], Packet] = {}
        self._opened: dict[int, float] = {}
        # Clients whose last connection was taken from them: the next one is a reconnect.
        self._cut_off: set[str] = set()

    def feed(self, steps: Iterable[Step]) -> Record:
        for step in steps:
            if isinstance(step, Opened):
                self._opened[step.conn] = step.at
            elif isinstance(step, Closed):
                self._close(step)
            elif step.packet.namespace in NAMESPACES:
                self._frame(step)
        return self.record

    def _close(self, step: Closed) -> None:
        owner = self._owner.get(step.conn)
        if owner is None:
            return
        self._note(owner, Happening(step.at, step.conn, "closed", step.by))
        if step.by != "client":
            self._cut_off.add(owner)

    def _frame(self, frame: Frame) -> None:
        packet = frame.packet
        if packet.type == CONNECT:
            self._connect(frame)
            return
        owner = self._owner.get(frame.conn)
        if owner is None:
            self.record.strangers += 1
            return
        if frame.way == "down":
            self._search(owner, frame)
        if packet.type == EVENT:
            self._event(owner, frame)
        elif packet.type == ACK and frame.way == "down":
            self._answer(owner, frame)

    def _connect(self, frame: Frame) -> None:
        if frame.way == "up":
            auth = frame.packet.body if isinstance(frame.packet.body, dict) else {}
            owner = self.record.plan.tokens.get(str(auth.get("token")))
            if owner is not None:
                self._owner[frame.conn] = owner
            return
        owner = self._owner.get(frame.conn)
        if owner is None:
            return
        self._note(owner, Happening(frame.at, frame.conn, "opened", frame.packet.namespace))
        if owner in self._cut_off:
            self._cut_off.discard(owner)
            self.record.reconnects += 1

    def _event(self, owner: str, frame: Frame) -> None:
        packet = frame.packet
        if frame.way == "down":
            self._note(owner, Happening(frame.at, frame.conn, "hears", packet.name, packet.body))
            return
        if packet.ack_id is not None:
            self._asked[frame.conn, packet.namespace, packet.ack_id] = packet
        self._note(owner, Happening(frame.at, frame.conn, "says", packet.name, packet.body))

    def _answer(self, owner: str, frame: Frame) -> None:
        packet = frame.packet
        if packet.ack_id is None:
            return
        asked = self._asked.pop((frame.conn, packet.namespace, packet.ack_id), None)
        if asked is not None:
            answer = Happening(frame.at, frame.conn, "answered", asked.name, packet.body, asked.body)
            self._note(owner, answer)

    def _search(self, owner: str, frame: Frame) -> None:
        """Look for planted private words in what goes to a customer, whatever the frame is (law 11)."""
        if not self.record.plan.client(owner).customer:
            return
        for words in self.record.plan.private:
            if words in frame.raw:
                what = f"private words in a {frame.packet.name or 'reply'} to a customer: {words!r}"
                self.record.leaks.append(Finding("voice_violations", "", owner, what))

    def _note(self, owner: str, happening: Happening) -> None:
        self.record.happenings[owner].append(happening)


def good(reply: Any) -> bool:
    """Whether an acknowledgement says that it is done."""
    return isinstance(reply, dict) and reply.get("ok") is True


def code(reply: Any) -> str | None:
    """Return the code of a refusal, None for anything else."""
    if not isinstance(reply, dict) or reply.get("ok") is not False:
        return None
    return str(reply.get("error", {}).get("code"))


def final(reply: Any) -> bool:
    """Whether a reply settles its call: done, or refused for good."""
    if good(reply):
        return True
    return code(reply) is not None and not reply["error"].get("retryable", False)
