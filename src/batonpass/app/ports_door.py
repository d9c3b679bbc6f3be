"""What the front door needs from a store: accounts, sessions, keys, and requests that were answered."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A person who signs in. `role` is agent, supervisor or admin; `password` a hash, and never told."""

    id: str
    name: str
    role: str
    agent_id: str | None
    password: str
    enabled: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in session. `label` is what its person calls it; times in ms."""

    hash: str
    id: str
    account_id: str
    label: str
    address: str
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """A key for programs that administer. `prefix` is what of it may be shown."""

    hash: str
    id: str
    name: str
    role: str
    prefix: str
    created_at: int


class DoorTx(Protocol):
    """The front door's part of a transaction."""

    # Requests that were answered
    def claim_once(self, owner: str, key: str, digest: str, since: int) -> bool: ...
    def keep_once(
        self, owner: str, key: str, answer: str | None, conversation_id: str | None = None
    ) -> None: ...
    def kept_once(self, owner: str, key: str, since: int) -> tuple[str, str | None] | None: ...
    def forget_old(self, answered_before: int, limit: int) -> int: ...

    # Accounts
    def add_account(self, row: AccountRow) -> bool: ...
    def account(self, account_id: str, *, lock: bool = False) -> AccountRow | None: ...
    def account_named(self, name: str) -> AccountRow | None: ...
    def accounts(self, limit: int, after: str = "") -> list[AccountRow]: ...
    def change_account(self, account_id: str, values: dict[str, Any]) -> None: ...
    def admins(self) -> int: ...
    def has_admin(self) -> bool: ...
    def enabled(self, agent_id: str) -> bool: ...
    def supervises(self, agent_id: str) -> bool: ...

    # Sign-ins
    def attempt(self, name_hash: str, delays: list[int]) -> int: ...
    def forgive(self, name_hash: str) -> None: ...

    # Sessions
    def add_session(self, row: SessionRow) -> None: ...
    def session_by_hash(self, token_hash: str) -> tuple[SessionRow, AccountRow] | None: ...
    def sessions_of(self, account_id: str) -> list[SessionRow]: ...
    def end_sessions(
        self, account_id: str, *, session_id: str | None = None, but: str | None = None
    ) -> list[str]: ...

    # Keys of programs
    def add_api_key(self, row: ApiKeyRow) -> None: ...
    def api_key(self, key_hash: str) -> ApiKeyRow | None: ...
    def api_keys(self) -> list[ApiKeyRow]: ...
    def end_api_key(self, key_id: str) -> ApiKeyRow | None: ...

    # Customers that a site signed for
    def identified(self, site: str, subject: str) -> str | None: ...
    def identify(self, site: str, subject: str, customer_id: str) -> bool: ...
    def add_customer_token(self, token_hash: str, customer_id: str, expires_at: int) -> None: ...
