"""Between rows and values: a dataclass's fields are its table's columns; enums are their values."""

from enum import StrEnum
from typing import Any, TypeVar, get_origin, get_type_hints

from sqlalchemy import RowMapping

from batonpass.domain.agents import SlotUse
from batonpass.domain.conversation import Actor, ActorType, Conversation, Entry, EntryKind, Stint, Turn
from batonpass.domain.handoff import Exclusions, Handoff, Offer, Target, TargetType
from batonpass.domain.segments import Segment

V = TypeVar("V", Conversation, Stint, Offer, Turn, SlotUse, Segment)


def _converters(cls: type[Any]) -> list[tuple[str, Any]]:
    hints = get_type_hints(cls)
    return [
        (name, kind if isinstance(kind, type) and issubclass(kind, StrEnum) else _sequence(kind))
        for name, kind in hints.items()
    ]


def _sequence(kind: Any) -> Any:
    """JSON knows lists, values are tuples."""
    return tuple if get_origin(kind) is tuple else None


_FIELDS = {cls: _converters(cls) for cls in (Conversation, Stint, Offer, Turn, SlotUse, Handoff, Segment)}


def value(cls: type[V], row: RowMapping) -> V:
    """Make the value of a row."""
    return cls(**{name: kind(row[name]) if kind else row[name] for name, kind in _FIELDS[cls]})


def columns(item: Conversation | Stint | Offer | Turn | SlotUse | Segment) -> dict[str, Any]:
    """Make the columns of a value. A StrEnum is a str, which both databases take as it is."""
    return {name: _plain(getattr(item, name)) for name, _ in _FIELDS[type(item)]}


def _plain(item: Any) -> Any:
    return str(item) if isinstance(item, StrEnum) else item


def handoff(row: RowMapping, excluded: Exclusions) -> Handoff:
    """Make a hand-off of its row and its exclusions."""
    values = {
        name: kind(row[name]) if kind else row[name]
        for name, kind in _FIELDS[Handoff]
        if name not in ("target", "excluded")
    }
    target = Target(TargetType(row["target_type"]), row["target_id"])
    return Handoff(target=target, excluded=excluded, **values)


def handoff_columns(item: Handoff) -> dict[str, Any]:
    """Make the columns of a hand-off; its exclusions are rows of their own."""
    names = [name for name, _ in _FIELDS[Handoff] if name not in ("target", "excluded")]
    plain = {name: _plain(getattr(item, name)) for name in names}
    return plain | {"target_type": str(item.target.type), "target_id": item.target.id}


def entry(row: RowMapping) -> Entry:
    """Make an entry of its row."""
    return Entry(
        row["conversation_id"],
        row["seq"],
        row["public_seq"],
        EntryKind(row["kind"]),
        row["epoch"],
        row["at"],
        Actor(ActorType(row["actor_type"]), row["actor_id"], row["actor_name"]),
        row["id"],
        row["data"],
        row["stint_id"],
        row["client_id"],
    )


def entry_columns(item: Entry) -> dict[str, Any]:
    """Make the columns of an entry."""
    return {
        "conversation_id": item.conversation_id,
        "seq": item.seq,
        "public_seq": item.public_seq,
        "kind": str(item.kind),
        "epoch": item.epoch,
        "at": item.at,
        "actor_type": str(item.actor.type),
        "actor_id": item.actor.id,
        "actor_name": item.actor.name,
        "id": item.id,
        "data": item.data,
        "stint_id": item.stint_id,
        "client_id": item.client_id,
    }
