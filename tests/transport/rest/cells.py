"""Every cell of the authorisation matrix, played: who asks, for a thing to which they are what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from batonpass.app.authority import ANY, Relation, Role, cell
from batonpass.app.ports import AgentRow, MemberRow, Tx
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Stint
from batonpass.domain.handoff import Kind, Leave
from batonpass.protocol.agent import AGENT_EVENTS
from batonpass.protocol.base import Audience
from batonpass.protocol.customer import CUSTOMER_EVENTS
from batonpass.protocol.supervisor import SUPERVISOR_EVENTS
from tests.handoffs.house import Talk, agent, to_queue
from tests.support.world import World, bot, person

OWN, PARTICIPANT, MEMBER, STRANGER = Relation
TEXT = {"type": "text", "text": "words"}
VALUES: dict[str, Any] = {
    "content": TEXT,
    "reason": "a reason",
    "text": "words",
    "kind": "transfer",
    "presence": "available",
    "variables": {"a": "b"},
    "seq": 1,
    "read": 1,
    "after": 0,
    "agent_id": "R3",
    "on": True,
    "name": "notes",
    "score": 4,
    "message": "call me",
    "phone": "555",
    "scope": "all",
}
PEOPLE = ("R1", "R2", "R3", "R4")


@dataclass(frozen=True)
class Asker:
    """Somebody who asks: the name of the token, the role, and what they are to the thing of which scene."""

    who: str
    role: Role
    relations: frozenset[Relation]
    scene: str


ASKERS = [
    Asker("", Role.ANONYMOUS, frozenset({STRANGER}), "held"),
    Asker("own", Role.CUSTOMER, frozenset({OWN}), "held"),
    Asker("cx", Role.CUSTOMER, frozenset({STRANGER}), "held"),
    Asker("A", Role.BOT, frozenset({OWN, PARTICIPANT}), "bot"),
    Asker("B", Role.BOT, frozenset({STRANGER}), "held"),
    Asker("R1", Role.AGENT, frozenset({OWN, PARTICIPANT}), "held"),
    Asker("R2", Role.AGENT, frozenset({MEMBER}), "waiting"),
    Asker("R4", Role.AGENT, frozenset({STRANGER}), "held"),
    Asker("S-supervisor", Role.SUPERVISOR, frozenset({STRANGER}), "held"),
    Asker("S-admin", Role.ADMIN, frozenset({STRANGER}), "held"),
]


@dataclass
class Scene:
    """A chat, and the ids of what is in it. `customer` is the name of its customer's token."""

    customer: str
    ids: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Door:
    """One way in: an endpoint, or an event of a socket. `names` are the ids that it names."""

    label: str
    action: str
    audience: str
    names: tuple[str, ...]
    route: Any = None
    event: Any = None


UNKNOWN = {"attachment_id", "contact_id", "note_id"}
THINGS = UNKNOWN | {
    "queue_id",
    "conversation_id",
    "stint_id",
    "turn_id",
    "offer_id",
    "handoff_id",
    "removed_stint_id",
}


def events() -> Iterator[Door]:
    """Every event of every namespace."""
    for audience, said in (
        (Audience.CUSTOMER, CUSTOMER_EVENTS),
        (Audience.AGENT, AGENT_EVENTS),
        (Audience.SUPERVISOR, SUPERVISOR_EVENTS),
    ):
        for event in said:
            names = tuple(n for n, f in event.model_fields.items() if n in THINGS and f.is_required())
            yield Door(f"/{audience} {event.event}", event.event, str(audience), names, event=event)


def expected(door: Door, asker: Asker, roles: frozenset[Role]) -> bool:
    """Whether the matrix lets this asker. Where agents are served, one who is more is asked as an agent."""
    if asker.role not in roles:
        return False
    allowed = cell(door.action, _role(door, asker))
    return bool(allowed) if not door.names else bool(allowed & _relations(door, asker))


def _role(door: Door, asker: Asker) -> Role:
    """Where agents are served, one who is more is asked as an agent."""
    more = door.audience == "agent" and asker.role in (Role.SUPERVISOR, Role.ADMIN)
    return Role.AGENT if more else asker.role


def _relations(door: Door, asker: Asker) -> frozenset[Relation]:
    """Turns are bots' own, offers R1's; to a queue one is a member or not."""
    if "queue_id" in door.names:
        return frozenset({MEMBER if asker.who == "R2" else STRANGER})
    if ("turn_id" in door.names and asker.who != "A") or ("offer_id" in door.names and asker.who != "R1"):
        return frozenset({STRANGER})
    return asker.relations


def forgiving(door: Door, asker: Asker) -> bool:
    """Whether "not found" is no refusal here: the thing may be unknown to whoever may ask for any."""
    return cell(door.action, _role(door, asker)) == ANY


CHOICES = {
    "R1": Presence.AVAILABLE,
    "R2": Presence.AWAY,
    "R3": Presence.AVAILABLE,
    "R4": Presence.AWAY,
}


class Scenes:
    """Makes chats, each with as many slots as it needs: nobody is ever full."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._numbers = 0
        self._kept: dict[str, Scene] = {}

    async def begin(self) -> None:
        await self.world.store.run(_roomy)
        for name in ("A", "B", *PEOPLE, "R5"):
            await self.world.connect(name, available=name not in ("R2", "R4", "R5"))
        await self.world.settle()

    async def of(self, name: str, customer: Any, *, fresh: bool) -> Scene:
        """A scene; one that is kept is for those who are refused, and change nothing."""
        if fresh or name not in self._kept:
            self._numbers += 1
            token = f"c{self._numbers}"
            await customer(token)
            for agent_id, choice in CHOICES.items():
                await self.world.choose(agent_id, choice)
            made: Scene = await getattr(self, f"_{name}")(token)
            if fresh:
                return made
            self._kept[name] = made
        return self._kept[name]

    async def _start(self, customer: str) -> Talk:
        talk = Talk(self.world, customer, await self.world.start(customer))
        await self.world.settle()
        return talk

    async def _bot(self, customer: str) -> Scene:
        """A bot holds and owes its greeting."""
        talk = await self._start(customer)
        stint = await talk.stint("A")
        [turn] = await self.world.store.read(lambda tx: tx.turns_in(talk.id))
        handoff = await talk.handoff()
        ids = {"stint_id": stint.id, "turn_id": turn.id, "handoff_id": handoff.id}
        return Scene(customer, {"conversation_id": talk.id, "removed_stint_id": "none", **ids})

    async def _held(self, customer: str) -> Scene:
        """R1 holds, R3 helps, and a pass to a queue where nobody is there is pending."""
        talk = await self._start(customer)
        await talk.transfers("A", agent("R1"), Leave.ON_ACCEPT)
        stint = await self._takes(talk, "R1")
        await self.world.ready("R1", stint.id)
        await talk.asks("R1", Kind.INVITATION, target=agent("R3"))
        helper = await self._takes(talk, "R3")
        handoff = await talk.transfers("R1", to_queue("q3"), Leave.ON_ACCEPT)
        ids = {"stint_id": stint.id, "removed_stint_id": helper.id, "handoff_id": handoff.id}
        return Scene(customer, {"conversation_id": talk.id, "turn_id": "none", **ids})

    async def _waiting(self, customer: str) -> Scene:
        """It waits in queue 3 for R2, who is away."""
        talk = await self._start(customer)
        stint = await talk.stint("A")
        handoff = await talk.transfers("A", to_queue("q3"), Leave.NOW)
        ids = {"stint_id": stint.id, "removed_stint_id": stint.id, "handoff_id": handoff.id}
        return Scene(customer, {"conversation_id": talk.id, "turn_id": "none", **ids})

    async def offered(self, customer: str, agent_id: str) -> str:
        """An offer of a chat to this agent; its id."""
        talk = await self._start(customer)
        await talk.transfers("A", agent(agent_id), Leave.ON_ACCEPT)
        return await self._offer(talk, agent_id)

    async def _offer(self, talk: Talk, agent_id: str) -> str:
        offers = await self.world.store.read(lambda tx: tx.offers_in(talk.id))
        return next(offer.id for offer in offers if offer.agent_id == agent_id)

    async def _takes(self, talk: Talk, agent_id: str) -> Stint:
        stint = await self.world.accepts(agent_id, await self._offer(talk, agent_id))
        await self.world.settle()
        return stint


def _roomy(tx: Tx) -> None:
    rows: list[AgentRow] = [bot("A"), bot("B"), *(person(name, 500) for name in PEOPLE)]
    ranks = [("A", 100), ("R1", 50), ("R3", 50), ("B", 10)]
    members = [MemberRow("q1", name, rank) for name, rank in ranks]
    tx.apply_config(
        [*rows, person("R5", 500)], [*members, MemberRow("q2", "R4", 1), MemberRow("q3", "R2", 1)]
    )
    # The admin is nobody's helper and no queue's member.
    tx.change_account("S-admin", {"agent_id": "R5"})
