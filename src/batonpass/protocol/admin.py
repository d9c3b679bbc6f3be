"""Administration over REST: the configuration and its versions, keys of agents, the log of who did what."""

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel, StringConstraints

from batonpass.protocol.base import Id, Line, VariableName, VariableValue, Wire
from batonpass.protocol.rest import PageQuery
from batonpass.protocol.shapes import AgentRef, Why

LONGEST_OVERLAP_S = 30 * 24 * 3600
Label = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]
Action = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z_.]*$")]
Plain = Annotated[str, StringConstraints(max_length=128, pattern=r"^[A-Za-z0-9_.:-]*$")]


class Table(RootModel[dict[str, Any]]):
    """A table of the configuration, as `docs/configuration.md` describes it."""


class By(Wire):
    """Who did something: a role, or `file` or `cli`; and which account, agent or key of that role."""

    role: str
    id: str = ""


class Change(Wire):
    """A key that two documents differ in. Without `before` there was nothing, without `after` there is nothing now."""

    key: str
    before: Any = None
    after: Any = None


class Version(Wire):
    """One version of the configuration, and the keys that it changed."""

    version: int
    at: str
    by: By
    comment: str
    keys: list[str]


class VersionDetails(Version):
    """With what it changed, and the whole document: the operator's tables as they were given, without defaults."""

    changes: list[Change]
    document: dict[str, Any]


class VersionList(Wire):
    """The newest first; `next` is the cursor of what follows."""

    versions: list[Version]
    next: str | None = None


class ConfigState(Wire):
    """The configuration in force. `source` is `file` (changed there) or `store` (changed here); `drift` counts the keys
    in which the file says something else."""

    version: int
    source: str
    drift: int
    document: dict[str, Any]


class ConfigPut(Wire):
    """A whole document, which takes the place of the one in force."""

    document: dict[str, Any]
    comment: Line = ""


class ConfigPatch(Wire):
    """What to change in it (RFC 7396): null removes, tables are merged, all else replaces."""

    patch: dict[str, Any]
    comment: Line = ""


class Comment(Wire):
    """Why."""

    comment: Line = ""


class DiffQuery(Wire):
    """Against which version; the one before unless said."""

    against: Annotated[int, Field(ge=0, le=2**31)] | None = None


class Changes(Wire):
    """What differs, key by key."""

    changes: list[Change]


class Reloaded(Version):
    """The version that the file has become; `needs_restart` are keys of the installation that wait for a start."""

    needs_restart: list[str]


class Preview(Wire):
    """A change that is only tried: a whole `document` or a `patch`, and which chat to ask about: one there is, or a new
    one with this `context`, in a `queue` unless the entry rules say. `course`, with a `queue`: the whole of its way."""

    document: dict[str, Any] | None = None
    patch: dict[str, Any] | None = None
    conversation_id: Id | None = None
    queue: Id | None = None
    context: dict[VariableName, VariableValue] | None = None
    course: bool = False


class CourseStep(Wire):
    """A step of a new chat's way: who would get it now, in which queue, and why. Nobody: it would wait."""

    kind: Literal["arrival", "escalation", "hand_back"]
    queue: str
    agent: AgentRef | None = None
    why: Why


class Previewed(Wire):
    """What would change, what is worth a look, and who would get the chat then, and why. `course`: a new chat's way
    from its arrival over an escalation to the hand-back, each as the one before was answered."""

    changes: list[Change]
    warnings: list[str]
    route: dict[str, Any] | None = None
    course: list[CourseStep] | None = None


class Resource(Wire):
    """A named table of the configuration, as it was given."""

    id: str
    table: dict[str, Any]


class ResourceList(Wire):
    version: int
    items: list[Resource]


class Word(Wire):
    """One of the words that customers read: the placeholders it may have, and the house's own text by locale."""

    code: str
    params: list[str]
    texts: dict[str, str]


class Words(Wire):
    """Every word that an operator may replace, in the order of the reference; `locales` have words of the house."""

    locales: list[str]
    words: list[Word]


class AgentKey(Wire):
    """A key of an agent, by its prefix. `key` is its text, shown this once, when it is made."""

    prefix: str
    agent_id: str
    label: str
    created_at: str
    expires_at: str | None = None
    revoked_at: str | None = None
    good: bool
    key: str | None = None


class AgentKeyList(Wire):
    keys: list[AgentKey]
    next: str | None = None


class AgentKeyQuery(PageQuery):
    """Whose keys; all agents' unless said."""

    agent_id: Id | None = None


class NewAgentKey(Wire):
    """A word for what the key is used for."""

    label: Label = ""


class RotateAgentKey(NewAgentKey):
    """For so many seconds the key before stays good."""

    overlap: Annotated[int, Field(ge=0, le=LONGEST_OVERLAP_S)] = 86_400


class AuditQuery(PageQuery):
    """Which lines: `action` may be a room with its dot, such as `keys.`; `ref` is what it was done to; `who` did it."""

    action: Action = ""
    ref: Plain = ""
    who: Plain = ""


class AuditLine(Wire):
    """Who did what to what, when, and from where."""

    id: str
    at: str
    by: By
    address: str
    action: str
    ref: str
    details: dict[str, Any]


class AuditLines(Wire):
    """The newest first; `next` is the cursor of what follows."""

    lines: list[AuditLine]
    next: str | None = None
