"""The front door: accounts, sessions, keys, and requests that were answered."""

from typing import Any

from sqlalchemy import RowMapping, delete, func, select, update

from batonpass.app.ports_door import AccountRow, ApiKeyRow, SessionRow
from batonpass.store import schema as s
from batonpass.store.statements import insert_ignore
from batonpass.store.tx_base import Queries


class DoorQueries(Queries):
    """Who comes in, and what was asked before."""

    # Requests that were answered

    def claim_once(self, owner: str, key: str, digest: str, since: int) -> bool:
        """Take a key, unless it is taken; one from before `since` is free again. Waits for whoever is taking it."""
        a = s.answered.c
        mine = (a.owner == owner) & (a.key == key)
        self.do(delete(s.answered).where(mine, a.at < since))
        values = {"owner": owner, "key": key, "digest": digest, "answer": None, "at": self.now}
        return self.do(insert_ignore(s.answered, self.dialect), values) > 0

    def keep_once(self, owner: str, key: str, answer: str | None, conversation_id: str | None = None) -> None:
        a = s.answered.c
        values = {"answer": answer, "conversation_id": conversation_id}
        self.do(update(s.answered).where(a.owner == owner, a.key == key).values(**values))

    def kept_once(self, owner: str, key: str, since: int) -> tuple[str, str | None] | None:
        """Digest and answer of a request, or None when there was none since then."""
        a = s.answered.c
        found = self.row(select(a.digest, a.answer).where(a.owner == owner, a.key == key, a.at >= since))
        return (str(found["digest"]), found["answer"]) if found else None

    def forget_old(self, answered_before: int, limit: int) -> int:
        """Forget some of what is over: answers, sessions, customers' tokens, attempts to sign in. How many rows."""
        a = s.answered.c
        old = self.rows(select(a.owner, a.key).where(a.at < answered_before).limit(limit))
        for row in old:
            self.do(delete(s.answered).where(a.owner == row["owner"], a.key == row["key"]))
        gone = len(old)
        for table, key, time, before in (
            (s.sessions, s.sessions.c.hash, s.sessions.c.expires_at, self.now),
            (s.customer_tokens, s.customer_tokens.c.hash, s.customer_tokens.c.expires_at, self.now),
            (s.sign_in_failures, s.sign_in_failures.c.name_hash, s.sign_in_failures.c.at, answered_before),
        ):
            over = select(key).where(time < before).limit(limit)
            gone += self.do(delete(table).where(key.in_(over)))
        return gone

    # Accounts

    def add_account(self, row: AccountRow) -> bool:
        """Add an account, unless there is one of its name; whether it was added."""
        return self.do(insert_ignore(s.accounts, self.dialect), _columns(row)) > 0

    def account(self, account_id: str, *, lock: bool = False) -> AccountRow | None:
        wanted = select(s.accounts).where(s.accounts.c.id == account_id)
        return _account(self.row(wanted.with_for_update() if lock else wanted))

    def account_named(self, name: str) -> AccountRow | None:
        return _account(self.row(select(s.accounts).where(s.accounts.c.name == name)))

    def accounts(self, limit: int, after: str = "") -> list[AccountRow]:
        """By name, after a name."""
        a = s.accounts.c
        rows = self.rows(select(s.accounts).where(a.name > after).order_by(a.name).limit(limit))
        return [found for row in rows if (found := _account(row))]

    def change_account(self, account_id: str, values: dict[str, Any]) -> None:
        self.do(update(s.accounts).where(s.accounts.c.id == account_id).values(**values))

    def admins(self) -> int:
        """How many admins may sign in. The rows are locked, so that the last one does not go twice."""
        a = s.accounts.c
        wanted = select(a.id).where(a.role == "admin", a.enabled).order_by(a.id)
        return len(self.rows(wanted.with_for_update()))

    def has_admin(self) -> bool:
        a = s.accounts.c
        return self.row(select(a.id).where(a.role == "admin", a.enabled).limit(1)) is not None

    def enabled(self, agent_id: str) -> bool:
        """Whether the configuration in force has this agent."""
        a = s.agents.c
        return self.row(select(a.id).where(a.id == agent_id, a.enabled)) is not None

    def supervises(self, agent_id: str) -> bool:
        """Whether an account that belongs to this agent is a supervisor's or an admin's."""
        a = s.accounts.c
        wanted = select(a.id).where(a.agent_id == agent_id, a.enabled, a.role.in_(("supervisor", "admin")))
        return self.row(wanted) is not None

    # Sign-ins

    def attempt(self, name_hash: str, delays: list[int]) -> int:
        """Count an attempt before it is looked at, as one that fails: 0, or the ms to wait when it may not be made.

        After the n-th failure the next may be made after `delays[n - 1]` ms; the last one is for all later ones.
        """
        f = s.sign_in_failures.c
        start = {"name_hash": name_hash, "failures": 0, "until": 0, "at": self.now}
        self.do(insert_ignore(s.sign_in_failures, self.dialect), start)
        row = self.row(select(s.sign_in_failures).where(f.name_hash == name_hash).with_for_update())
        assert row is not None
        if row["until"] > self.now:
            return int(row["until"]) - self.now
        failures = int(row["failures"]) + 1
        until = self.now + delays[min(failures, len(delays)) - 1]
        values = {"failures": failures, "until": until, "at": self.now}
        self.do(update(s.sign_in_failures).where(f.name_hash == name_hash).values(**values))
        return 0

    def forgive(self, name_hash: str) -> None:
        self.do(delete(s.sign_in_failures).where(s.sign_in_failures.c.name_hash == name_hash))

    # Sessions

    def add_session(self, row: SessionRow) -> None:
        self.do(s.sessions.insert(), _columns(row))

    def session_by_hash(self, token_hash: str) -> tuple[SessionRow, AccountRow] | None:
        """A session that is not over, and its account, which may sign in."""
        c = s.sessions.c
        session = self.row(select(s.sessions).where(c.hash == token_hash, c.expires_at > self.now))
        account = self.account(session["account_id"]) if session is not None else None
        if session is None or account is None or not account.enabled:
            return None
        return _session(session), account

    def sessions_of(self, account_id: str) -> list[SessionRow]:
        c = s.sessions.c
        wanted = select(s.sessions).where(c.account_id == account_id, c.expires_at > self.now)
        return [_session(row) for row in self.rows(wanted.order_by(c.created_at, c.id).limit(200))]

    def end_sessions(
        self, account_id: str, *, session_id: str | None = None, but: str | None = None
    ) -> list[str]:
        """End one session of an account, or all, or all `but` one; the hashes of their tokens."""
        c = s.sessions.c
        wanted = delete(s.sessions).where(c.account_id == account_id).returning(c.hash)
        if session_id is not None:
            wanted = wanted.where(c.id == session_id)
        if but is not None:
            wanted = wanted.where(c.id != but)
        return [str(found) for found in self.connection.execute(wanted).scalars()]

    def signed_in(self, agent_id: str) -> bool:
        """Whether somebody has a session whose account belongs to this agent."""
        a, c = s.accounts.c, s.sessions.c
        wanted = select(c.id).join(s.accounts, a.id == c.account_id)
        wanted = wanted.where(a.agent_id == agent_id, a.enabled, c.expires_at > self.now)
        return self.row(wanted.limit(1)) is not None

    def end_sessions_of_agent(self, agent_id: str) -> None:
        """End the sessions of people whose account belongs to this agent; admins are more than their agent."""
        a, c = s.accounts.c, s.sessions.c
        people = select(a.id).where(a.agent_id == agent_id, a.role != "admin")
        self.do(delete(s.sessions).where(c.account_id.in_(people)))

    # Keys of programs

    def add_api_key(self, row: ApiKeyRow) -> None:
        self.do(s.api_keys.insert(), _columns(row))

    def api_key(self, key_hash: str) -> ApiKeyRow | None:
        row = self.row(select(s.api_keys).where(s.api_keys.c.hash == key_hash))
        return ApiKeyRow(**row) if row is not None else None

    def api_keys(self, limit: int, after: str = "") -> list[ApiKeyRow]:
        """By id, which is the order in which they were made, after an id."""
        k = s.api_keys.c
        wanted = select(s.api_keys).where(k.id > after).order_by(k.id).limit(limit)
        return [ApiKeyRow(**row) for row in self.rows(wanted)]

    def end_api_key(self, key_id: str) -> ApiKeyRow | None:
        """Remove a key; what it was."""
        k = s.api_keys.c
        row = self.row(select(s.api_keys).where(k.id == key_id))
        self.do(delete(s.api_keys).where(k.id == key_id))
        return ApiKeyRow(**row) if row is not None else None

    # Customers that a site signed for

    def identified(self, site: str, subject: str) -> str | None:
        i = s.identities.c
        found = self.scalar(select(i.customer_id).where(i.site == site, i.subject == subject))
        return str(found) if found is not None else None

    def identify(self, site: str, subject: str, customer_id: str) -> bool:
        """Say who this customer is, unless that is somebody else already."""
        values = {"site": site, "subject": subject, "customer_id": customer_id}
        return self.do(insert_ignore(s.identities, self.dialect), values) > 0

    def add_customer_token(self, token_hash: str, customer_id: str, expires_at: int) -> None:
        values = {"hash": token_hash, "customer_id": customer_id, "expires_at": expires_at}
        self.do(s.customer_tokens.insert(), values)

    def customer_by_token(self, token_hash: str) -> str | None:
        """Whose token this is: an anonymous customer's own, or one of a customer that a site signed for."""
        c, t = s.customers.c, s.customer_tokens.c
        own = select(c.id).where(c.token_hash == token_hash)
        given = select(t.customer_id).where(t.hash == token_hash, t.expires_at > self.now)
        found = self.scalar(select(func.coalesce(own.scalar_subquery(), given.scalar_subquery())))
        return str(found) if found is not None else None


def _columns(row: AccountRow | SessionRow | ApiKeyRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _account(row: RowMapping | None) -> AccountRow | None:
    return AccountRow(**row) if row is not None else None


def _session(row: RowMapping) -> SessionRow:
    return SessionRow(**row)
