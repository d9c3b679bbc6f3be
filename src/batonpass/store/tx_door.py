"""The front door: accounts, sessions, keys, and requests that were answered."""

from sqlalchemy import delete, select, update

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

    def keep_once(self, owner: str, key: str, answer: str | None) -> None:
        a = s.answered.c
        self.do(update(s.answered).where(a.owner == owner, a.key == key).values(answer=answer))

    def kept_once(self, owner: str, key: str, since: int) -> tuple[str, str | None] | None:
        """Digest and answer of a request, or None when there was none since then."""
        a = s.answered.c
        found = self.row(select(a.digest, a.answer).where(a.owner == owner, a.key == key, a.at >= since))
        return (str(found["digest"]), found["answer"]) if found else None

    def forget_once(self, before: int, limit: int) -> int:
        """Forget old answers, some at a time; how many."""
        a = s.answered.c
        old = self.rows(select(a.owner, a.key).where(a.at < before).limit(limit))
        for row in old:
            self.do(delete(s.answered).where(a.owner == row["owner"], a.key == row["key"]))
        return len(old)
