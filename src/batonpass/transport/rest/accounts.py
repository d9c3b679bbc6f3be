"""Accounts of people: set-up, sign-in, sessions, passwords; and the keys of programs that administer."""

import hmac
from collections.abc import Iterable
from functools import partial
from typing import Any

from batonpass.app import accounts as cases
from batonpass.app.authority import Role, Who
from batonpass.app.ports import Tx
from batonpass.app.ports_door import AccountRow, ApiKeyRow, SessionRow
from batonpass.domain.errors import NotFound
from batonpass.protocol import accounts as wire
from batonpass.protocol.base import dump, wire_time
from batonpass.protocol.rest import PageQuery
from batonpass.transport import cookies, cursors
from batonpass.transport.auth import API_KEY_PREFIX, SESSION_PREFIX, hash_of, new_secret
from batonpass.transport.evicting import evict
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.routes import Routes
from batonpass.transport.socketio.refusal import Refusal

routes = Routes("Accounts")


def account(row: AccountRow) -> wire.Account:
    return wire.Account(
        account_id=row.id,
        name=row.name,
        role=row.role,
        agent_id=row.agent_id,
        enabled=row.enabled,
        created_at=wire_time(row.created_at),
    )


def _session(row: SessionRow, current: str | None) -> wire.Session:
    return wire.Session(
        session_id=row.id,
        label=row.label,
        address=row.address,
        created_at=wire_time(row.created_at),
        expires_at=wire_time(row.expires_at),
        current=row.id == current,
    )


def _api_key(row: ApiKeyRow, key: str | None = None) -> wire.ApiKey:
    return wire.ApiKey(
        key_id=row.id,
        name=row.name,
        role=row.role,
        prefix=row.prefix,
        created_at=wire_time(row.created_at),
        key=key,
    )


def _evicted(call: Call, hashes: Iterable[str]) -> None:
    """Close the sockets of tokens that are good no more."""
    gone = set(hashes)
    evict(call.house.sockets, lambda who: who.credential in gone)


def _own_account(call: Call) -> str:
    if call.who.account_id is None:
        raise Refusal("not_allowed", "This is for people who signed in.")
    return call.who.account_id


@routes.post("/setup", action="setup.do", said=wire.SetUp, reply=wire.Account, status=201, rate="sign_ins")
async def set_up(call: Call, said: wire.SetUp) -> Answer:
    """Make the first admin.

    With the code that the server printed when it started without an admin. There is no default password.
    """
    wanted = call.house.set_up_code
    if wanted is None or not hmac.compare_digest(hash_of(said.code), hash_of(wanted)):
        raise Refusal("bad_code", "This is not the code that the server printed when it started.")
    hashed = await call.house.passwords.hash(said.password)
    by = Who(Role.ADMIN, key="set-up").by(call.address)
    new = cases.NewAccount(by, said.name, "admin", said.agent_id, hashed, first=True)
    return Answer(await call.do(cases.create, new, account))


@routes.get("/setup", action="setup.read", reply=wire.SetUpState)
async def read_set_up(call: Call, said: None) -> wire.SetUpState:
    """Say whether the first admin is still to be made."""
    waits = call.house.set_up_code is not None and not await call.read(_has_admin)
    return wire.SetUpState(open=waits)


@routes.post(
    "/sessions",
    action="session.create",
    said=wire.SignIn,
    reply=wire.SignedIn,
    status=201,
    secret=True,
    rate="sign_ins",
)
async def sign_in(call: Call, said: wire.SignIn) -> Answer:
    """Sign in with name and password.

    After some failures a name has to wait, longer each time: the same for names that nobody has.
    """
    found: AccountRow | None = await call.board.do_and_push(cases.attempt, said.name)
    fits = await call.house.passwords.fits(found.password if found else None, said.password)
    if found is None or not fits:
        by = Who(Role.ANONYMOUS, account_id=found.id if found else None).by(call.address)
        await call.board.do_and_push(cases.failed, by)
        raise cases.BadSignIn("Name and password do not belong together.")
    secret = new_secret(SESSION_PREFIX)
    new = cases.NewSession(found, secret.hash, said.label, call.address)
    body: dict[str, Any] = await call.do(cases.sign_in, new, _signed_in)
    if said.cookie:
        return Answer(body, headers={"Set-Cookie": cookies.give(secret.text, cases.SESSION_MS // 1000)})
    return Answer(body | {"token": secret.text})


def _signed_in(reply: tuple[SessionRow, AccountRow]) -> wire.SignedIn:
    row, found = reply
    return wire.SignedIn(session_id=row.id, expires_at=wire_time(row.expires_at), account=account(found))


@routes.get("/sessions", action="session.manage", reply=wire.Sessions)
async def list_sessions(call: Call, said: None) -> wire.Sessions:
    """List one's own sessions."""
    found = await call.read(_sessions, _own_account(call))
    return wire.Sessions(sessions=[_session(row, call.who.session_id) for row in found])


@routes.delete("/sessions", action="session.manage", reply=wire.Ended)
async def end_all_sessions(call: Call, said: None) -> Answer:
    """Sign out everywhere, here too."""
    return await _ends(call, cases.Ends(call.who.by(call.address), _own_account(call)))


@routes.delete("/sessions/{session_id}", action="session.manage", reply=wire.Ended)
async def end_session(call: Call, said: None) -> Answer:
    """Sign out of one session; `current` is the one that asks."""
    wanted: str | None = call.path["session_id"]
    if wanted == "current":
        wanted = call.who.session_id
    ends = cases.Ends(call.who.by(call.address), _own_account(call), wanted)
    return await _ends(call, ends)


async def _ends(call: Call, ends: cases.Ends) -> Answer:
    ended: list[str] = []

    def shape(hashes: list[str]) -> wire.Ended:
        ended[:] = hashes
        return wire.Ended(ended=len(hashes))

    body = await call.do(cases.end, ends, shape)
    _evicted(call, ended)
    own = call.who.credential in ended
    return Answer(body, headers={"Set-Cookie": cookies.take()} if own else {})


@routes.get("/me", action="me.read", reply=wire.Me)
async def read_me(call: Call, said: None) -> wire.Me:
    """Say whose the token is."""
    who = call.who
    found = await call.read(_account_of, who.account_id) if who.account_id else None
    return wire.Me(
        role=str(who.role),
        account=account(found) if found else None,
        agent_id=who.agent_id,
        customer_id=who.customer_id,
        session_id=who.session_id,
    )


@routes.put("/me/password", action="session.manage", said=wire.SetPassword, reply=wire.Ended, rate="sign_ins")
async def set_password(call: Call, said: wire.SetPassword) -> Answer:
    """Set one's own password; all other sessions end."""
    found: AccountRow = await call.read(_account_of, _own_account(call))
    await call.board.do_and_push(cases.attempt, found.name)
    if not await call.house.passwords.fits(found.password, said.old):
        raise cases.BadSignIn("The old password is another one.")
    hashed = await call.house.passwords.hash(said.new)
    new = cases.SetPassword(call.who.by(call.address), found.id, found.password, hashed, call.who.session_id)
    ended: list[str] = []

    def shape(hashes: list[str]) -> wire.Ended:
        ended[:] = hashes
        return wire.Ended(ended=len(hashes))

    body = await call.do(cases.set_password, new, shape)
    _evicted(call, ended)
    return Answer(body)


@routes.get("/accounts", action="account.manage", said=PageQuery, reply=wire.Accounts)
async def list_accounts(call: Call, said: PageQuery) -> wire.Accounts:
    """List the accounts, by name."""
    after = cursors.decode(said.cursor, str) or [""]
    rows: list[AccountRow] = await call.read(_accounts, said.limit + 1, after[0])
    more = cursors.encode(rows[said.limit - 1].name) if len(rows) > said.limit else None
    return wire.Accounts(accounts=[account(row) for row in rows[: said.limit]], next=more)


@routes.post("/accounts", action="account.manage", said=wire.CreateAccount, reply=wire.Account, status=201)
async def create_account(call: Call, said: wire.CreateAccount) -> Answer:
    """Make an account for a person."""
    hashed = await call.house.passwords.hash(said.password)
    new = cases.NewAccount(call.who.by(call.address), said.name, said.role, said.agent_id, hashed)
    return Answer(await call.do(cases.create, new, account))


@routes.get("/accounts/{account_id}", action="account.manage", reply=wire.Account)
async def read_account(call: Call, said: None) -> wire.Account:
    """Read one account."""
    found = await call.read(_account_of, call.path["account_id"])
    if found is None:
        raise NotFound("there is no such account")
    return account(found)


@routes.patch("/accounts/{account_id}", action="account.manage", said=wire.ChangeAccount, reply=wire.Account)
async def change_account(call: Call, said: wire.ChangeAccount) -> Answer:
    """Change an account, or switch it off. Its sessions end."""
    hashed = await call.house.passwords.hash(said.password) if said.password else None
    by, wanted = call.who.by(call.address), call.path["account_id"]
    changes = cases.Changes(by, wanted, said.role, said.agent_id, said.enabled, hashed)
    ended: list[str] = []

    def shape(reply: tuple[AccountRow, list[str]]) -> wire.Account:
        ended[:] = reply[1]
        return account(reply[0])

    body = await call.do(cases.change, changes, shape)
    _evicted(call, ended)
    return Answer(body)


@routes.get("/api-keys", action="api_key.manage", said=PageQuery, reply=wire.ApiKeys)
async def list_api_keys(call: Call, said: PageQuery) -> wire.ApiKeys:
    """List the keys of programs that administer, the oldest first."""
    after = cursors.decode(said.cursor, str) or [""]
    rows: list[ApiKeyRow] = await call.read(_api_keys, said.limit + 1, after[0])
    more = cursors.encode(rows[said.limit - 1].id) if len(rows) > said.limit else None
    return wire.ApiKeys(keys=[_api_key(row) for row in rows[: said.limit]], next=more)


@routes.post(
    "/api-keys", action="api_key.manage", said=wire.CreateApiKey, reply=wire.ApiKey, status=201, secret=True
)
async def create_api_key(call: Call, said: wire.CreateApiKey) -> Answer:
    """Make a key for a program that administers. It is shown this once."""
    secret = new_secret(API_KEY_PREFIX)
    new = cases.NewApiKey(call.who.by(call.address), said.name, said.role, secret.hash, secret.prefix)
    return Answer(await call.do(cases.create_api_key, new, partial(_api_key, key=secret.text)))


@routes.delete("/api-keys/{key_id}", action="api_key.manage", reply=wire.ApiKey)
async def end_api_key(call: Call, said: None) -> Answer:
    """Withdraw a key, at once."""
    ends = cases.EndApiKey(call.who.by(call.address), call.path["key_id"])
    return Answer(await call.do(cases.end_api_key, ends, lambda row: dump(_api_key(row))))


def _has_admin(tx: Tx) -> bool:
    return tx.has_admin()


def _sessions(tx: Tx, account_id: str) -> list[SessionRow]:
    return tx.sessions_of(account_id)


def _account_of(tx: Tx, account_id: str) -> AccountRow | None:
    return tx.account(account_id)


def _accounts(tx: Tx, limit: int, after: str) -> list[AccountRow]:
    return tx.accounts(limit, after)


def _api_keys(tx: Tx, limit: int, after: str) -> list[ApiKeyRow]:
    return tx.api_keys(limit, after)
