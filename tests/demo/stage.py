"""A stage for the judge's tests: writes the log and the plan of a run that never was, frame by frame.

It keeps the numbers a server would keep, so that a test writes a conversation as one reads it. Lines stay
open for tampering until `judged` serialises and judges them.
"""

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from batonpass.demo.judge import Finding, Verdict, judge
from batonpass.demo.judge.frames import steps
from batonpass.demo.judge.plan import parse

Line = dict[str, Any]


def stamp(at: float) -> str:
    """Return the stage's milliseconds as a wire time."""
    return f"2026-11-20T06:{int(at // 60000):02d}:{int(at // 1000) % 60:02d}.{int(at) % 1000:03d}Z"


def serialise(line: Line) -> str:
    """Return the line as the tap writes it."""
    if line["what"] not in ("up", "down"):
        return json.dumps({key: value for key, value in line.items() if key != "client"})
    ack = "" if line["ack"] is None else str(line["ack"])
    text = f"4{line['type']}{line['namespace']},{ack}{json.dumps(line['body'])}"
    return json.dumps({"t": line["t"], "conn": line["conn"], "what": line["what"], "text": text})


@dataclass
class Stage:
    """One conversation `c1` of the customer `ann`, and the agents who take part."""

    lines: list[Line] = field(default_factory=list)
    plan: list[Line] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    conns: dict[str, int] = field(default_factory=dict)
    readers: list[str] = field(default_factory=list)
    history: list[tuple[str, Line]] = field(default_factory=list)
    now: float = 1000.0
    seq: int = 0
    public: int = 0
    epoch: int = 0
    serial: int = 0
    commit: str | None = None
    # Who may read an entry, by its seq, where not everybody may.
    secret: dict[int, set[str]] = field(default_factory=dict)

    # The plan

    def cast(self, name: str, role: str, capacity: int | None = None) -> None:
        """Add a client and connect it."""
        self.plan.append(
            {"what": "client", "client": name, "role": role, "tokens": [f"key-{name}"], "capacity": capacity}
        )
        self.kinds[name] = role
        self.connect(name)

    def intend(self, client: str, client_id: str | None, text: str, turn: int | None = None) -> None:
        self.plan.append(
            {
                "what": "send", "t": self.now, "client": client, "conversation": "c1",
                "client_id": client_id, "text": text, "turn": turn,
            }
        )  # fmt: skip

    # Frames

    def tick(self, ms: float = 10.0) -> None:
        self.now += ms

    def connect(self, client: str) -> None:
        self.serial += 1
        self.conns[client] = self.serial
        self._line(client, what="open")
        self._frame(client, "up", 0, {"token": f"key-{client}"})
        self._frame(client, "down", 0, {"sid": f"s{self.serial}"})
        if self.kinds[client] != "customer":
            self.hears(client, "session.snapshot", self.envelope({"agent": self.ref(client)}))

    def close(self, client: str, by: str = "cut") -> None:
        self._line(client, what="close", by=by)

    def hears(self, client: str, event: str, envelope: Line) -> None:
        self._frame(client, "down", 2, [event, envelope])

    def says(self, client: str, event: str, body: Line, reply: Line | None) -> None:
        """A client event and, when there is one, its reply."""
        self.serial += 1
        ack = self.serial
        self._frame(client, "up", 2, [event, body], ack)
        if reply is not None:
            self._frame(client, "down", 3, [reply], ack)

    def _frame(self, client: str, way: str, kind: int, body: Any, ack: int | None = None) -> None:
        self.tick(1)
        namespace = "/customer" if self.kinds[client] == "customer" else "/agent"
        # A copy of its own, so that tampering with one frame leaves the others alone.
        self._line(client, what=way, type=kind, namespace=namespace, body=copy.deepcopy(body), ack=ack)

    def _line(self, client: str, **line: Any) -> None:
        self.lines.append({"t": self.now, "conn": self.conns[client], "client": client, **line})

    # The server's part

    def envelope(self, data: Line, **more: Any) -> Line:
        self.serial += 1
        head = {"event_id": f"e{self.serial}", "conversation_id": "c1", "epoch": self.epoch}
        return {**head, "at": self.commit or stamp(self.now), "data": data, **more}

    def entry(
        self, event: str, data: Line, actor: Line, *, public: bool = True, only: set[str] | None = None
    ) -> Line:
        """Write an entry and push it to the customer and to everybody who is ready; others get its place."""
        self.seq += 1
        envelope = self.envelope(data, actor=actor, seq=self.seq)
        self.history.append((event, envelope))
        if only is not None:
            self.secret[self.seq] = only
        for reader in self.readers:
            self.hears(reader, *self.as_read(reader, event, envelope))
        if public:
            self.public += 1
            self.hears("ann", event, self.for_customer(envelope, self.public))
        return envelope

    def as_read(self, reader: str, event: str, envelope: Line) -> tuple[str, Line]:
        """The entry as an agent gets it."""
        if reader in self.secret.get(envelope["seq"], {reader}):
            return event, envelope
        return "entry.hidden", {
            **envelope,
            "data": {"hidden": True},
            "actor": {"type": "system", "name": ""},
        }

    def for_customer(self, envelope: Line, number: int) -> Line:
        """The same entry as its customer gets it."""
        data = {key: value for key, value in envelope["data"].items() if key != "stint_id"}
        if "agent" in data:
            data["agent"] = {key: value for key, value in data["agent"].items() if key != "id"}
        actor = {key: value for key, value in envelope["actor"].items() if key != "id"}
        rest = {key: value for key, value in envelope.items() if key != "seq"}
        return {**rest, "public_seq": number, "data": data, "actor": actor}

    def message(self, sender: str, text: str, *, client_id: str, stint: str | None = None) -> None:
        """A message that is stored, pushed and acknowledged."""
        kind = self.kinds[sender]
        body = {"conversation_id": "c1", "client_id": client_id, "content": {"type": "text", "text": text}}
        said = body if stint is None else {**body, "stint_id": stint}
        self.serial += 1
        message_id = f"m{self.serial}"
        data = {"message_id": message_id, "client_id": client_id, "content": body["content"]}
        actor = {"type": {"representative": "person"}.get(kind, kind), "name": sender, "id": f"id-{sender}"}
        if stint is not None:
            data["stint_id"] = stint
        self.says(sender, "message.send", said, None)
        asked = self.lines[-1]
        self.entry("message.created", data, actor)
        reply = {"ok": True, "message_id": message_id, "public_seq": self.public, "at": stamp(self.now)}
        if stint is not None:
            reply["seq"] = self.seq
        self._frame(sender, "down", 3, [reply], asked["ack"])

    def whispers(self, sender: str, text: str, *, client_id: str, stint: str, to: Sequence[str] = ()) -> None:
        """A message to agents only: to those named, else to the representatives."""
        content = {"type": "text", "text": text}
        ids = [f"id-{name}" for name in to]
        body = {"conversation_id": "c1", "stint_id": stint, "client_id": client_id, "content": content}
        self.intend(sender, client_id, text)
        self.says(sender, "whisper.send", {**body, "to": ids}, None)
        asked = self.lines[-1]
        self.serial += 1
        data = {
            "message_id": f"m{self.serial}",
            "client_id": client_id,
            "content": content,
            "stint_id": stint,
        }
        people = {name for name, kind in self.kinds.items() if kind == "representative"}
        only = {sender, *(to or people)}
        shown = {**data, "to": ids or "representatives"}
        self.entry("message.created", shown, self.actor(sender), public=False, only=only)
        reply = {"ok": True, "message_id": data["message_id"], "seq": self.seq, "at": stamp(self.now)}
        self._frame(sender, "down", 3, [reply], asked["ack"])

    def refused(self, sender: str, text: str, *, client_id: str, stint: str) -> None:
        """A late reply: refused, kept as a draft for the agents who are there."""
        content = {"type": "text", "text": text}
        body = {"conversation_id": "c1", "stint_id": stint, "client_id": client_id, "content": content}
        error = {"code": "stint_ended", "message": "too late", "retryable": False}
        self.says(sender, "message.send", body, {"ok": False, "error": error})
        draft = {"stint_id": stint, "client_id": client_id, "content": content, "reason": "stint_ended"}
        self.entry("draft.discarded", draft, self.actor(sender), public=False)

    def actor(self, agent: str) -> Line:
        kind = "bot" if self.kinds[agent] == "bot" else "person"
        return {"type": kind, "name": agent, "id": f"id-{agent}"}

    def ref(self, agent: str) -> Line:
        return {"name": agent, "kind": self.kinds[agent], "id": f"id-{agent}"}

    def joins(self, agent: str, stint: str, handoff: Line, boundary: int, role: str = "holder") -> None:
        """An agent comes in: the added entry, its packets, ready, its stream."""
        self.epoch += role == "holder"
        part = {"stint_id": stint, "agent": self.ref(agent), "role": role}
        self.entry("conversation.agent_added", part, self.actor(agent), public=role != "consulted")
        read = [self.as_read(agent, event, e) for event, e in self.history]
        told = [{"event": event, **e} for event, e in read if e["seq"] <= boundary]
        self.hears(agent, "conversation.agent_added", self.envelope({**part, "epoch": self.epoch}))
        context: Line = {"stint_id": stint, "variables": {}, "handoff": {"state": "completed", **handoff}}
        context |= {"boundary_seq": boundary, "transcript": told}
        self.hears(agent, "conversation.context", self.envelope(context))
        if self.kinds[agent] == "bot" and role == "holder":
            self.hears(agent, "conversation.greet", self.envelope({"stint_id": stint}))
        self.says(agent, "stint.ready", {"stint_id": stint}, None)
        asked = self.lines[-1]
        for event, envelope in read:
            if envelope["seq"] > boundary:
                self.hears(agent, event, envelope)
        reply = {"ok": True, "head": self.seq, "upto": self.seq, "more": False}
        self._frame(agent, "down", 3, [reply], asked["ack"])
        self.readers.append(agent)

    def leaves(
        self,
        agent: str,
        stint: str,
        reason: str = "escalation",
        *,
        public: bool = True,
        role: str = "holder",
    ) -> None:
        """Somebody goes; a holder with `public` when nobody follows in this commit."""
        self.epoch += public and role == "holder"
        part = {"stint_id": stint, "agent": self.ref(agent), "role": role, "reason": reason}
        self.entry("conversation.agent_removed", part, self.actor(agent), public=public)
        self.readers.remove(agent)

    def asks(self, agent: str, stint: str, kind: str, handoff: str, **how: Any) -> None:
        """An agent asks for a hand-off and is told that it is queued."""
        body = {
            "conversation_id": "c1",
            "stint_id": stint,
            "client_id": f"ask-{handoff}",
            "kind": kind,
            **how,
        }
        answer = {"type": "queued", "position": 1}
        self.says(agent, "handoff.request", body, {"ok": True, "handoff_id": handoff, "answer": answer})

    def offers(self, agent: str, offer: str, handoff: Line, conversation: str = "c1") -> None:
        made = {
            "offer_id": offer,
            "ends_in_ms": 1000,
            "conversation_id": conversation,
            "handoff": {**handoff, "state": "offered"},
        }
        self.hears(agent, "offer.made", self.envelope({"offer": made}))

    def offer_ends(self, agent: str, offer: str, state: str) -> None:
        ended = {"offer_id": offer, "handoff_id": "h2", "state": state}
        self.hears(agent, "offer.ended", self.envelope(ended))

    # Tampering

    def find(self, test: Callable[[Line], bool]) -> list[Line]:
        found = [line for line in self.lines if line["what"] in ("up", "down") and test(line)]
        assert found, "the stage has no such line"
        return found

    def drop(self, test: Callable[[Line], bool]) -> None:
        gone = self.find(test)
        self.lines = [line for line in self.lines if line not in gone]

    def move(self, line: Line, before: Line) -> None:
        """Put a line before another, at its time."""
        self.lines.remove(line)
        line["t"] = before["t"] - 0.5
        self.lines.insert(self.lines.index(before), line)

    # The judge

    def judged(self, sweep: int = 0) -> tuple[Verdict, list[Finding]]:
        log = [serialise(line) for line in self.lines]
        plan = [json.dumps(line) for line in self.plan]
        return judge(list(steps(log)), parse(plan), sweep)


def event(name: str, client: str | None = None, **data: Any) -> Callable[[Line], bool]:
    """Match a server event by name, client and what its data holds."""

    def test(line: Line) -> bool:
        if line["what"] != "down" or line["type"] != 2 or line["body"][0] != name:
            return False
        held = line["body"][1]["data"]
        return client in (None, line["client"]) and all(held.get(key) == value for key, value in data.items())

    return test


def saying(text: str, client: str) -> Callable[[Line], bool]:
    """Match a message's event at a client by its text."""
    return lambda line: (
        event("message.created", client)(line) and line["body"][1]["data"]["content"]["text"] == text
    )


def escalation(handoff: str = "h2", kind: str = "escalation") -> Line:
    return {"handoff_id": handoff, "conversation_id": "c1", "kind": kind, "summary": {"issue": "a parcel"}}


def broken(verdict: Verdict) -> Sequence[str]:
    """The laws a verdict says were broken."""
    return verdict.broken
