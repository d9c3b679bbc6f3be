"""Laws 1, 2, 4, 8, 10 and 11, as far as a timeline shows whether they were kept."""

from collections.abc import Iterator

from batonpass.domain.conversation import Entry, Stint
from tests.support.laws import Breach, Check, Database, Talk, twice
from tests.support.laws_life import reopenings

ALLOWED = {
    "message": {"sensitive", "content"},
    "added": {"role", "notice"},
    "removed": {"role", "reason", "notice"},
    "notice": {"notice"},
    "closed": {"reason", "notice"},
}
"""What a public entry may carry."""


def numbers(db: Database) -> Iterator[Breach]:
    """Law 2: dense numbers for both readers, and the row's counters are the last of them."""
    for talk in db.talks:
        seqs = [e.seq for e in talk.entries]
        publics = [e.public_seq for e in talk.entries if e.public_seq is not None]
        if seqs != list(range(1, talk.row.seq + 1)):
            yield Breach(2, f"{talk.id}: seq {seqs}, and the row says {talk.row.seq}")
        if publics != list(range(1, talk.row.public_seq + 1)):
            yield Breach(2, f"{talk.id}: public_seq {publics}, and the row says {talk.row.public_seq}")
        sent = [(e.actor.id, e.client_id) for e in talk.entries if e.client_id is not None]
        for sender, client_id in twice(sent):
            yield Breach(2, f"{talk.id}: {client_id} of {sender} is stored twice")


def changes_of_holder(db: Database) -> Iterator[Breach]:
    """Law 1: each epoch opens with one commit, whose one public entry is its last; nothing else moves the baton."""
    for talk in db.talks:
        epochs = [e.epoch for e in talk.entries]
        if epochs != sorted(epochs) or any(epoch > talk.row.epoch for epoch in epochs):
            yield Breach(1, f"{talk.id}: epochs run {epochs}, and the row says {talk.row.epoch}")
        for epoch in range(talk.row.epoch + 1):
            yield from _one_epoch(talk, epoch, [e for e in talk.entries if e.epoch == epoch])


def _one_epoch(talk: Talk, epoch: int, entries: list[Entry]) -> Iterator[Breach]:
    where = f"{talk.id} epoch {epoch}"
    rest = entries
    if epoch > 0:
        opening = opening_of(entries)
        if not opening or opening[-1].public_seq is None:
            yield Breach(1, f"{where}: it does not end its commit with a public entry")
        elif not opening[-1].data.get("notice", {}).get("code"):
            yield Breach(8, f"{where}: the customer is not told")
        if len({e.at for e in opening}) > 1:
            yield Breach(1, f"{where}: its entries are of several commits")
        rest = entries[len(opening) :]
    for entry in rest:
        if moves_baton(entry):
            yield Breach(1, f"{where}: entry {entry.seq} ({entry.kind}) moves the baton again")


def opening_of(entries: list[Entry]) -> list[Entry]:
    """The entries of the commit that began an epoch: private removed ones, then the public one."""
    opening: list[Entry] = []
    for entry in entries:
        if entry.kind not in ("added", "removed", "closed"):
            break
        opening.append(entry)
        if entry.public_seq is not None:
            break
    return opening


def moves_baton(entry: Entry) -> bool:
    """Whether this entry tells of a change of holder."""
    return entry.kind == "closed" or (
        entry.kind in ("added", "removed") and entry.data.get("role") == "holder"
    )


def holders(db: Database) -> Iterator[Breach]:
    """Laws 1 and 4: played through, the timeline leads to the holder of the row; removed comes before added."""
    for talk in db.talks:
        holder: str | None = None
        for entry in talk.entries:
            if not moves_baton(entry):
                continue
            if entry.kind == "removed":
                if holder != entry.stint_id:
                    yield Breach(4, f"{talk.id}: entry {entry.seq} removes {entry.stint_id}, {holder} holds")
                holder = None
                continue
            if holder is not None:
                yield Breach(4, f"{talk.id}: entry {entry.seq} comes before the holder's removed entry")
            holder = entry.stint_id if entry.kind == "added" else None
        if holder != talk.row.holder:
            yield Breach(1, f"{talk.id}: by the timeline {holder} holds, by the row {talk.row.holder}")
        live = [stint.id for stint in talk.live if stint.role == "holder"]
        if live != ([talk.row.holder] if talk.row.holder else []):
            yield Breach(1, f"{talk.id}: live holders {live}, by the row {talk.row.holder}")


def stints_in_the_timeline(db: Database) -> Iterator[Breach]:
    """WALK rule c: a stint has one added entry, and one removed entry once its live time is over."""
    for talk in db.talks:
        for kind in ("added", "removed"):
            found = sorted(str(e.stint_id) for e in talk.entries if e.kind == kind)
            wanted = sorted(t.id for t in talk.stints if kind == "added" or t.state != "live")
            if found != wanted:
                yield Breach(4, f"{talk.id}: {kind} entries of {found}, stints {wanted}")
        for stint in talk.stints:
            yield from _reading_limit(talk, stint)
            added = talk.entry("added", stint.id)
            if added is not None and (added.epoch != stint.epoch or added.actor.id != stint.agent_id):
                yield Breach(1, f"{talk.id}: stint {stint.id} and its added entry differ")


def _reading_limit(talk: Talk, stint: Stint) -> Iterator[Breach]:
    """Law 11, WALK rule p: an agent reads to the last entry of the commit that ended its stint."""
    removed = talk.entry("removed", stint.id)
    if removed is None:
        if stint.read_to is not None:
            yield Breach(11, f"{talk.id}: live stint {stint.id} has the reading limit {stint.read_to}")
        return
    commit = _commit_from(talk, removed)
    moved = [e.seq for e in commit if moves_baton(e) and e.public_seq is not None]
    first = moved[0] if moved and moves_baton(removed) else removed.seq
    if _before_own_notes(talk, stint) not in [e.seq for e in commit if e.seq >= first]:
        ends = f"its commit ended at {first}, or up to {commit[-1].seq}"
        yield Breach(11, f"{talk.id}: stint {stint.id} reads to {stint.read_to}, {ends}")


def _before_own_notes(talk: Talk, stint: Stint) -> int | None:
    """How far a stint reads, without the notes of its wrap-up that follow with nothing of others in between."""
    seq = stint.read_to
    own = {e.seq for e in talk.entries if e.kind == "note" and e.stint_id == stint.id}
    while seq in own:
        seq -= 1
    return seq


def _commit_from(talk: Talk, removed: Entry) -> list[Entry]:
    """An entry and what may have followed it in its commit: nobody speaks in one that ends a stint."""
    commit = [removed]
    for entry in talk.entries[removed.seq :]:
        if entry.at != removed.at or entry.kind not in ("added", "removed", "notice", "closed"):
            break
        commit.append(entry)
    return commit


SPEAK = {True: ("holder", "helper"), False: ("holder", "helper", "consulted", "observer")}
"""Who says something to the customer, and who to agents only."""


def voices(db: Database) -> Iterator[Breach]:
    """Law 1: agents' messages are of stints that were live and may speak, and none is above the stint's end."""
    for talk in db.talks:
        for entry in talk.entries:
            if entry.kind != "message" or entry.actor.type == "customer":
                continue
            if entry.stint_id is None and "to" in entry.data:
                continue  # a supervisor whispers from outside
            stint, roles = talk.stint(entry.stint_id), SPEAK[entry.public_seq is not None]
            if stint is None or stint.agent_id != entry.actor.id or stint.role not in roles:
                yield Breach(1, f"{talk.id}: message {entry.seq} is of no stint that may speak")
                continue
            added, removed = talk.entry("added", stint.id), talk.entry("removed", stint.id)
            if added is None or entry.seq < added.seq or (removed is not None and entry.seq > removed.seq):
                yield Breach(1, f"{talk.id}: message {entry.seq} lies outside its stint {stint.id}")


def privacy(db: Database) -> Iterator[Breach]:
    """Law 11: drafts, notes and whispers are private; a public entry carries nothing but what its kind shows."""
    for talk in db.talks:
        for entry in talk.entries:
            private, whisper = entry.public_seq is None, "to" in entry.data
            if (entry.kind in ("draft", "note", "act", "flag", "mark") or whisper) and not private:
                yield Breach(11, f"{talk.id}: {entry.kind} {entry.seq} is public")
            if (entry.kind in ("notice", "closed") or (entry.kind == "message" and not whisper)) and private:
                yield Breach(2, f"{talk.id}: {entry.kind} {entry.seq} is private")
            if not private and set(entry.data) - ALLOWED.get(entry.kind, set()):
                yield Breach(11, f"{talk.id}: public entry {entry.seq} carries {sorted(entry.data)}")


def coming_and_going(db: Database) -> Iterator[Breach]:
    """WALK rules i and f: a helper's is public, but for the end in a change of holder; others' beside is private."""
    for talk in db.talks:
        for entry in talk.entries:
            role, public = entry.data.get("role"), entry.public_seq is not None
            if role in ("consulted", "observer") and public:
                yield Breach(11, f"{talk.id}: the customer is told of the {role} in entry {entry.seq}")
            if role != "helper" or public:
                continue
            following = talk.entries[entry.seq :]
            if entry.kind == "added" or not any(moves_baton(e) for e in opening_of(following)):
                yield Breach(8, f"{talk.id}: the customer is not told of the helper in entry {entry.seq}")


def notices(db: Database) -> Iterator[Breach]:
    """Law 8: who comes, who goes and how it ends is told with words, or muted on purpose."""
    for talk in db.talks:
        for entry in talk.entries:
            if entry.public_seq is None or entry.kind == "message":
                continue
            notice = entry.data.get("notice") or {}
            if set(notice) != {"code", "params", "text", "locale", "muted"}:
                yield Breach(8, f"{talk.id}: entry {entry.seq} ({entry.kind}) has no notice")
            elif bool(notice["text"]) is bool(notice["muted"]):
                yield Breach(8, f"{talk.id}: entry {entry.seq} is muted and has words, or neither")


def greetings(db: Database) -> Iterator[Breach]:
    """Law 4: a bot's holder stint has one turn to greet in, a person's none; a greeting is its own stint's."""
    for talk in db.talks:
        for stint in talk.stints:
            greets = [t for t in talk.turns if t.stint_id == stint.id and t.kind == "greet"]
            if len(greets) != (1 if stint.bot and stint.role == "holder" else 0):
                yield Breach(4, f"{talk.id}: stint {stint.id} has {len(greets)} turns to greet in")
        for entry in talk.entries:
            client_id = entry.client_id or ""
            if client_id.startswith("greet:") and client_id != f"greet:{entry.stint_id}":
                yield Breach(4, f"{talk.id}: entry {entry.seq} of {entry.stint_id} is a {client_id}")


def boundaries(db: Database) -> Iterator[Breach]:
    """Law 4: where a receiver's stream begins; beside a holder, after the entry before the join."""
    for talk in db.talks:
        by_id = {h.id: h for h in talk.handoffs}
        for stint in talk.stints:
            handoff, added = by_id.get(stint.handoff_id), talk.entry("added", stint.id)
            if handoff is None or added is None:
                yield Breach(4, f"{talk.id}: stint {stint.id} has no hand-off or no added entry")
                continue
            beside = stint.role != "holder"
            wanted = added.seq - 1 if beside else _boundary(talk, handoff.kind, added)
            if wanted is not None and stint.boundary_seq != wanted:
                begins = f"begins after {stint.boundary_seq}, not {wanted}"
                yield Breach(4, f"{talk.id}: stint {stint.id} ({handoff.kind}) {begins}")


def _boundary(talk: Talk, kind: str, added: Entry) -> int | None:
    """The end of the giver's stint, 0 at arrival; on failover not behind what nobody answered; None: uncertain."""
    ends = [e.seq for e in talk.entries if e.kind == "removed" and e.seq < added.seq and moves_baton(e)]
    end = max(ends, default=0)
    if kind != "failover":
        return end
    answered, certain = answered_by(talk, added.seq)
    unanswered = [e.seq for e in talk.customer_wrote(answered) if e.seq < added.seq]
    return (min(unanswered[0] - 1, end) if unanswered else end) if certain else None


def answered_by(talk: Talk, upto: int) -> tuple[int, bool]:
    """Up to which seq the customer was answered before entry `upto` (WALK rule t), and whether that is certain.

    A bot's message that names no turn answers the turn that was open, which rows do not tell.
    """
    answered, certain = 0, True
    turns = {t.id: t for t in talk.turns}
    for entry in talk.entries:
        if entry.seq >= upto:
            break
        if entry.kind != "message" or entry.actor.type == "customer" or entry.public_seq is None:
            continue
        if entry.actor.type == "person":
            answered = max(answered, entry.seq - 1)
            continue
        client_id = entry.client_id or ""
        turn = turns.get(client_id.split(":")[1]) if client_id.startswith("re:") else None
        if turn is not None and turn.kind == "message":
            answered = max(answered, turn.to_seq)
        elif turn is None and not client_id.startswith("greet:"):
            certain = False
    return answered, certain


def answers(db: Database) -> Iterator[Breach]:
    """WALK rule t: what counts as answered."""
    for talk in db.talks:
        answered, certain = answered_by(talk, talk.row.seq + 1)
        if certain and talk.row.answered_seq != answered:
            yield Breach(4, f"{talk.id}: answered to {talk.row.answered_seq}, by the timeline to {answered}")


def endings(db: Database) -> Iterator[Breach]:
    """Law 10: a closed conversation was closed once since it was opened, by its last public entry."""
    for talk in db.talks:
        closed = [e for e in talk.entries if e.kind == "closed"]
        over = talk.row.status == "closed"
        if len(closed) != len(reopenings(talk)) + (1 if over else 0):
            yield Breach(10, f"{talk.id} is {talk.row.status} and has {len(closed)} closed entries")
        if over and (talk.row.closed_at is None or talk.row.close_reason is None):
            yield Breach(10, f"{talk.id} is closed without time or reason")
        if over and closed and closed[-1].public_seq != talk.row.public_seq:
            yield Breach(10, f"{talk.id}: something public follows its end")


CHECKS: list[Check] = [
    numbers,
    changes_of_holder,
    holders,
    stints_in_the_timeline,
    voices,
    privacy,
    coming_and_going,
    notices,
    greetings,
    boundaries,
    answers,
    endings,
]
