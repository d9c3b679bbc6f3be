"""Accounts of people: set-up, sign-in and its lock, sessions, passwords. A password is hashed before it comes here."""

import hashlib
from dataclasses import dataclass
from typing import Any

from batonpass.app.audit import By, audit
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.ports_door import AccountRow, ApiKeyRow, SessionRow
from batonpass.domain.agents import AgentKind
from batonpass.domain.errors import CallerError, NotFound, Refused

SESSION_MS = 14 * 24 * 3600 * 1000
DELAYS_MS = [0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 120_000, 300_000]
"""How long after its n-th failure in a row a name has to wait. The last is for all that follow."""

MAX_SESSIONS = 50
ROLES = ("agent", "supervisor", "admin")


class Locked(Refused):
    """Too many attempts with this name; the same for names that nobody has."""

    code = "too_many_attempts"
    retryable = True

    def __init__(self, wait_ms: int) -> None:
        super().__init__("Too many attempts to sign in with this name. Wait, then try again.")
        self.retry_after_ms = wait_ms


class BadSignIn(CallerError):
    """Name and password do not belong together; which of them is wrong is not told."""

    code = "bad_sign_in"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """`password` is its hash. `first`: only when there is no admin yet."""

    by: By
    name: str
    role: str
    agent_id: str | None
    password: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What is None stays. `password` is a hash."""

    by: By
    account_id: str
    role: str | None = None
    agent_id: str | None = None
    enabled: bool | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class NewSession:
    """Sign-in that was checked: the password fitted `account.password`."""

    account: AccountRow
    token_hash: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Ends:
    """End one session of an account, all, or all but one."""

    by: By
    account_id: str
    session_id: str | None = None
    but: str | None = None


@dataclass(frozen=True, slots=True)
class SetPassword:
    """The account's own person sets a new one; all other sessions end. `was` is the hash that was checked."""

    by: By
    account_id: str
    was: str
    password: str
    session_id: str | None


@dataclass(frozen=True, slots=True)
class NewApiKey:
    by: By
    name: str
    role: str
    key_hash: str
    prefix: str


@dataclass(frozen=True, slots=True)
class EndApiKey:
    by: By
    key_id: str


def normal(name: str) -> str:
    """Names are the same in capitals and small letters."""
    return name.casefold()


def name_hash(name: str) -> str:
    """What attempts are counted under: names that nobody has are not kept as they were typed."""
    return hashlib.sha256(normal(name).encode("utf-8", "surrogatepass")).hexdigest()


def create(tx: Tx, env: Env, new: NewAccount) -> Outcome:
    """Make an account.

    Raises:
        Refused: `name_taken`, or `set_up_done`.
        CallerError: its agent is none, or is a bot; or it has to have one.
    """
    if new.first:
        # The counter's row makes a second set-up wait for the first one's commit.
        tx.count_up("set_up")
        if tx.admins():
            raise Refused("There is an admin already.", code="set_up_done")
    _check_agent(tx, new.role, new.agent_id)
    row = AccountRow(env.new_id(), normal(new.name), new.role, new.agent_id, new.password, True, tx.now)
    if not tx.add_account(row):
        raise Refused("There is an account of this name.", code="name_taken")
    audit(tx, new.by, "accounts.created", row.id, {"role": row.role, "agent_id": row.agent_id})
    return Outcome(row)


def _check_agent(tx: Tx, role: str, agent_id: str | None) -> None:
    if agent_id is None:
        if role != "admin":
            raise CallerError("agent_id: an agent's or supervisor's account belongs to a representative.")
        return
    agent = tx.agents([agent_id]).get(agent_id)
    if agent is None or agent.kind is not AgentKind.REPRESENTATIVE:
        raise CallerError("agent_id: there is no such representative.")


def change(tx: Tx, env: Env, changes: Changes) -> Outcome:
    """Change an account. Its sessions end when it may less, or has a new password; the reply has their hashes.

    Raises:
        NotFound
        Refused: `last_admin`
    """
    row = tx.account(changes.account_id, lock=True)
    if row is None:
        raise NotFound("there is no such account")
    wanted: dict[str, Any] = {"role": changes.role, "agent_id": changes.agent_id, "enabled": changes.enabled}
    values = {name: value for name, value in wanted.items() if value is not None}
    _check_agent(tx, values.get("role", row.role), values.get("agent_id", row.agent_id))
    told = dict(values)
    if changes.password is not None:
        values["password"], told["password"] = changes.password, "new"
    demoted = values.get("role", "admin") != "admin" or values.get("enabled") is False
    if row.role == "admin" and row.enabled and demoted and tx.admins() < 2:
        raise Refused("The last admin stays one.", code="last_admin")
    if values:
        tx.change_account(row.id, values)
    ended = tx.end_sessions(row.id) if values else []
    audit(tx, changes.by, "accounts.changed", row.id, told)
    return Outcome((tx.account(row.id), ended))


def attempt(tx: Tx, env: Env, name: str) -> Outcome:
    """Count an attempt to sign in, before the password is looked at; the account, if there is one.

    Raises:
        Locked
    """
    wait_ms = tx.attempt(name_hash(name), DELAYS_MS)
    if wait_ms:
        raise Locked(wait_ms)
    found = tx.account_named(normal(name))
    return Outcome(found if found is not None and found.enabled else None)


def sign_in(tx: Tx, env: Env, new: NewSession) -> Outcome:
    """Begin a session. Its account is as it was when the password was checked, or it is refused.

    Raises:
        BadSignIn
    """
    account = tx.account(new.account.id, lock=True)
    if account is None or not account.enabled or account.password != new.account.password:
        raise BadSignIn("Name and password do not belong together.")
    tx.forgive(name_hash(account.name))
    for old in tx.sessions_of(account.id)[: -MAX_SESSIONS + 1]:
        tx.end_sessions(account.id, session_id=old.id)
    row = SessionRow(
        new.token_hash, env.new_id(), account.id, new.label, new.address, tx.now, tx.now + SESSION_MS
    )
    tx.add_session(row)
    audit(tx, By(account.role, f"account:{account.id}", new.address), "sessions.began", row.id)
    return Outcome((row, account))


def failed(tx: Tx, env: Env, by: By) -> Outcome:
    """Write down that somebody could not sign in to an account that there is."""
    audit(tx, by, "sessions.refused")
    return Outcome()


def end(tx: Tx, env: Env, ends: Ends) -> Outcome:
    """End sessions; the reply has the hashes of their tokens.

    Raises:
        NotFound: it names one session, and there is none.
    """
    gone = tx.end_sessions(ends.account_id, session_id=ends.session_id, but=ends.but)
    if ends.session_id is not None and not gone:
        raise NotFound("there is no such session")
    audit(tx, ends.by, "sessions.ended", ends.account_id, {"sessions": len(gone)})
    return Outcome(gone)


def set_password(tx: Tx, env: Env, new: SetPassword) -> Outcome:
    """Set one's own password; all other sessions end. The reply has the hashes of their tokens.

    Raises:
        BadSignIn: it was changed meanwhile.
    """
    row = tx.account(new.account_id, lock=True)
    if row is None or row.password != new.was:
        raise BadSignIn("The old password is another one.")
    tx.forgive(name_hash(row.name))
    tx.change_account(row.id, {"password": new.password})
    gone = tx.end_sessions(row.id, but=new.session_id)
    audit(tx, new.by, "accounts.password_changed", row.id, {"sessions": len(gone)})
    return Outcome(gone)


def create_api_key(tx: Tx, env: Env, new: NewApiKey) -> Outcome:
    """Keep a key of a program."""
    row = ApiKeyRow(new.key_hash, env.new_id(), new.name, new.role, new.prefix, tx.now)
    tx.add_api_key(row)
    audit(tx, new.by, "api_keys.created", row.id, {"prefix": row.prefix, "role": row.role})
    return Outcome(row)


def end_api_key(tx: Tx, env: Env, ends: EndApiKey) -> Outcome:
    """Withdraw a key of a program, at once; the reply is what it was.

    Raises:
        NotFound
    """
    row = tx.end_api_key(ends.key_id)
    if row is None:
        raise NotFound("there is no such key")
    audit(tx, ends.by, "api_keys.revoked", row.id, {"prefix": row.prefix})
    return Outcome(row)
