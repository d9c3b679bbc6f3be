"""The shape of `batonpass.toml`. Descriptions and `Expected` phrases become the reference and the errors."""

from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr

from batonpass.config.administration import Administration
from batonpass.config.base import (
    Count,
    Expected,
    Id,
    Name,
    Origin,
    Rank,
    Seconds,
    SecondsOrNone,
    Section,
    Slots,
    StoreUrl,
    Values,
    VariableName,
)
from batonpass.config.customer import CannedReply, CareFields
from batonpass.config.hours import HoursTable, OpeningFields
from batonpass.config.identity import Identity
from batonpass.config.insights import Insights
from batonpass.config.keeping import Attachments, RetentionTable
from batonpass.config.life import LifeFields
from batonpass.config.metrics import Metrics
from batonpass.config.routes import RouteFields, Skills, WorkflowTable
from batonpass.config.webhooks import Webhook
from batonpass.config.widget import WidgetTable


class Server(Section):
    """Where the server listens, and whom it lets in."""

    host: Name = Field("127.0.0.1", description='Address to listen on; "0.0.0.0" for every interface.')
    port: Annotated[
        int,
        Field(ge=0, le=65_535, description="Port to listen on; 0 takes a free one."),
        Expected("a whole number from 0 to 65535"),
    ] = 8080
    cors_origins: list[Origin] = Field([], description="Origins of pages that may carry the widget.")
    max_connections_per_address: Annotated[
        int,
        Field(ge=1, le=1_000_000, description="Connections one network address may have open at a time."),
        Expected("a whole number from 1 to 1000000"),
    ] = 200
    trusted_proxies: Annotated[
        int,
        Field(
            ge=0,
            le=10,
            description="How many proxies stand before the server. The client's address is then the one that "
            "the outermost of them wrote into X-Forwarded-For; with 0 that header is not read.",
        ),
        Expected("a whole number from 0 to 10"),
    ] = 0


class Store(Section):
    """Where everything is kept. A password belongs into the environment (`BATONPASS_STORE__URL`)."""

    url: StoreUrl = Field(
        SecretStr("sqlite:///var/batonpass.db"),
        description="One SQLite file (three slashes: relative to where the server starts) or a PostgreSQL.",
    )


Triggers = Annotated[
    list[Literal["command", "resolved", "idle", "agent_lost", "queue_wait", "out_of_hours"]],
    Expected('a list of "command", "resolved", "idle", "agent_lost", "queue_wait", "out_of_hours"'),
]


class Timers(Section):
    """How long things may take, in seconds."""

    offer: Seconds = Field(30.0, description="An offer waits this long for a representative's answer.")
    grace: Seconds = Field(
        150.0, description="An agent without connections keeps its conversations this long."
    )
    turn: Seconds = Field(
        20.0, description="A bot's turn, greeting included, ends after this: then failover."
    )
    turn_extensions: Count = Field(6, description="How often a bot may ask for its turn's time anew.")
    burst: SecondsOrNone = Field(0.0, description="A bot's turn gathers messages this long; 0 is not at all.")
    wrap_up: SecondsOrNone = Field(
        60.0, description="After-work of a representative keeps its slot this long."
    )
    max_wait: Seconds = Field(900.0, description="A conversation waits at most this long for somebody.")
    completion: Seconds = Field(
        600.0, description="Giver and receiver of a warm transfer talk at most this long."
    )
    sweep: Seconds = Field(60.0, description="The safety sweep of the matcher runs this often.")


class Routing(Section):
    """Rules over all queues."""

    failover_queue: Id | None = Field(
        None, description="Queue whose representatives are asked when nobody else can go on."
    )
    hop_limit: Slots = Field(
        6, description="After so many passes of one chat, the failover of a lost bot seeks a representative."
    )


class Summarizer(Section):
    """Who writes the summary of a hand-off."""

    name: Name = Field(
        "rules", description="The summarizer plugin that tells at once (`batonpass plugins list`)."
    )
    later: Name | None = Field(
        None,
        description="A slow one, such as `llm`, whose summary replaces the first when it comes. Its options stand "
        "under `[plugins.NAME]`.",
    )
    deadline: Seconds = Field(20.0, description="The slow one is waited for this long.")
    wrap_up: bool = Field(
        True, description="Also tell, for the after-work, what the representative who held has done."
    )


class Entry(Section):
    """Which queue or workflow a new conversation enters. Asked in order; the last has no `when`."""

    when: dict[VariableName, Values] = Field(
        {}, description="Context variables with the value, or one of the values, each must have."
    )
    queue: Id | None = Field(None, description="The queue; or instead of it a `workflow`.")
    workflow: Id | None = Field(None, description="The workflow `[workflows.ID]` that such a chat goes by.")
    skills: Skills = Field(
        [],
        description="What such a chat asks of who serves it, where anybody has these skills: bots and people alike.",
    )


class Member(Section):
    """An agent in a queue."""

    agent: Id = Field(description="The agent's id.")
    capacity_priority: Rank | None = Field(
        None, description="The higher, the sooner asked. Default: the agent's capacity or concurrency."
    )
    capacity: Slots | None = Field(
        None,
        description="At most so many of the agent's chats are of this queue. Default: any number of them.",
    )


class HandBack(Section):
    """When and where this queue hands conversations back to a bot."""

    when: Triggers = Field(
        ["command"],
        description="`command`: an agent asks for it. `resolved`: instead of the close. `idle`: a person holds and "
        "nobody writes. `agent_lost`: instead of another person. `queue_wait`: nobody came within `max_wait`. "
        "`out_of_hours`: it waits for a person, and the queue is closed.",
    )
    idle: Seconds = Field(600.0, description="With `idle`: after so long without a word.")
    cool_down: SecondsOrNone = Field(
        60.0,
        description="So long after one that nobody asked for, there is no other of its kind, but an alert.",
    )

    target: Literal["next", "previous", "queue", "agent"] = Field(
        "next",
        description="`next` on the ladder, the `previous` bot, another `queue`, or a named `agent`.",
    )
    id: Id | None = Field(None, description="The queue or agent; with `next`, a queue whose ladder is meant.")


class Queue(OpeningFields, RouteFields, LifeFields, CareFields):
    """Where conversations wait, and who serves them."""

    name: Name | None = Field(None, description="Name that agents read. Default: the id.")
    priority: Rank = Field(0, description="A queue with a higher one is served first.")
    auto_accept: bool = Field(
        False, description="Representatives get conversations at once instead of an offer."
    )
    offer: Seconds | None = Field(None, description="As in `[timers]`, for this queue.")
    wrap_up: SecondsOrNone | None = Field(None, description="As in `[timers]`, for this queue.")
    max_wait: Seconds | None = Field(None, description="As in `[timers]`, for this queue.")
    nobody: Literal["close", "return"] = Field(
        "close",
        description="When nobody took a pass in time: `close` with words, or `return` to the person who gave it.",
    )
    members: list[Member] = Field([], description="Agents that serve this queue.")
    back_to_bot: bool = Field(
        True, description="While customers wait here for a person, they may go back to the bot that they had."
    )
    hand_back: HandBack = Field(HandBack(), description="Hand-back policy of this queue.")
    # Free here, as the words of the whole house are.
    words: dict[str, Any] = Field({}, description="Words of this queue, in the shape of `[words]`.")


class Agent(Section):
    """Who serves: a bot or a representative."""

    kind: Literal["bot", "representative"] = Field(description="What it is.")
    name: Name | None = Field(None, description="Name that customers and agents read. Default: the id.")
    capacity: Slots | None = Field(
        None, description="Conversations a representative has at a time. Default: 1. Bots: see `concurrency`."
    )
    concurrency: Slots | None = Field(
        None, description="Conversations a bot has at a time. Default: no limit. Only for bots."
    )
    skills: Skills = Field(
        [], description="What it can do, such as a language: queues and requests may ask for it."
    )
    supervisor: bool = Field(
        False,
        description="A representative whose key also opens `/supervisor`: reads, and acts on, every chat.",
    )


class Switches(Section):
    """What agents may do. Each can also be turned while the server runs: `batonpass switches`."""

    transfers: bool = Field(True, description="Transfers to other agents and queues.")
    cold: bool = Field(True, description="Transfers whose giver does not wait to complete them.")
    multi_participant: bool = Field(True, description="Invitations and consultations.")
    notes: bool = Field(True, description="Notes, in conversations and with hand-offs.")
    automatic_summary: bool = Field(True, description="A summary with every hand-off, unasked.")


class Settings(Section):
    """The whole file."""

    server: Server = Server()
    store: Store = Store()
    config: Administration = Administration()
    timers: Timers = Timers()
    routing: Routing = Routing()
    switches: Switches = Switches()
    summarizer: Summarizer = Summarizer()
    insights: Insights = Insights()
    metrics: Metrics = Metrics()
    identity: dict[Id, Identity] = {}
    # Free here: each plugin knows its own options, and refuses others.
    plugins: dict[Id, dict[str, Any]] = {}
    hours: dict[Id, HoursTable] = {}
    workflows: dict[Id, WorkflowTable] = {}
    entry: list[Entry] = []
    queues: dict[Id, Queue] = {}
    agents: dict[Id, Agent] = {}
    webhooks: dict[Id, Webhook] = {}
    attachments: Attachments = Attachments()
    retention: RetentionTable = RetentionTable()
    canned: dict[Id, CannedReply] = {}
    widget: WidgetTable = WidgetTable()
    # Free here, because a table under it is a locale; checks.py knows the codes.
    words: dict[str, Any] = {}
