"""Accounts, sessions and keys of programs, as REST has them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from batonpass.protocol.base import Id, Wire, clean

AccountName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.@+-]+$")]
NewPassword = Annotated[str, StringConstraints(min_length=10, max_length=200), AfterValidator(clean)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(clean)]
Label = Annotated[
    str, StringConstraints(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$"), AfterValidator(clean)
]
AccountRole = Literal["agent", "supervisor", "admin"]


class Account(Wire):
    """A person who signs in. `agent_id` is the representative that the account belongs to."""

    account_id: str
    name: str
    role: AccountRole
    agent_id: str | None = None
    enabled: bool
    created_at: str


class Accounts(Wire):
    accounts: list[Account]
    next: str | None = None


class CreateAccount(Wire):
    """Accounts of agents and supervisors belong to a representative; an admin's may."""

    name: AccountName
    password: NewPassword
    role: AccountRole
    agent_id: Id | None = None


class ChangeAccount(Wire):
    """What is left out stays. A changed account has to sign in again."""

    role: AccountRole | None = None
    agent_id: Id | None = None
    enabled: bool | None = None
    password: NewPassword | None = None


class SetUp(Wire):
    """The first admin. `code` is what the server printed when it started without one."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(clean)]
    name: AccountName
    password: NewPassword
    agent_id: Id | None = None


class SetUpState(Wire):
    """Whether the server has no admin yet, so that its set-up code makes one."""

    open: bool


class SignIn(Wire):
    """`cookie`: the token comes as a cookie that scripts cannot read, and not in the answer."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(clean)]
    password: Password
    label: Label = ""
    cookie: bool = False


class SignedIn(Wire):
    """A session. The token opens REST, `/agent` and `/supervisor`; it is shown this once."""

    session_id: str
    token: str | None = None
    expires_at: str
    account: Account


class Session(Wire):
    session_id: str
    label: str
    address: str
    created_at: str
    expires_at: str
    current: bool


class Sessions(Wire):
    sessions: list[Session]


class Ended(Wire):
    """How many sessions have ended."""

    ended: int


class SetPassword(Wire):
    old: Password
    new: NewPassword


class Me(Wire):
    """Who asks: the role, and what belongs to the token."""

    role: str
    account: Account | None = None
    agent_id: str | None = None
    customer_id: str | None = None
    session_id: str | None = None


class CreateApiKey(Wire):
    """A key for a program that administers. It is no agent: agents have keys of their own."""

    name: Annotated[Label, Field(min_length=1)]
    role: Literal["admin"] = "admin"


class ApiKey(Wire):
    """`prefix` is what of the key may be shown; `key` is shown this once."""

    key_id: str
    name: str
    role: str
    prefix: str
    created_at: str
    key: str | None = None


class ApiKeys(Wire):
    keys: list[ApiKey]
    next: str | None = None
