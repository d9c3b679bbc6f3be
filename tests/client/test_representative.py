"""Representatives: offers with their story, chats, wrap-up, and what a reconnect brings."""

from collections.abc import AsyncIterator

import pytest

from batonpass.client import Entry, Offer, RepresentativeChat, RepresentativeClient, Timing
from tests.client.agent_peer import AgentPeer, offer, stint
from tests.support.until import until

QUICK = Timing(ack=2.0, connect=2.0, backoff_first=0.01, backoff_most=0.05)


@pytest.fixture
async def peer() -> AsyncIterator[AgentPeer]:
    peer = AgentPeer(kind="representative")
    await peer.up()
    yield peer
    await peer.down()


@pytest.fixture
async def rita(peer: AgentPeer) -> AsyncIterator[RepresentativeClient]:
    async with RepresentativeClient(peer.url, "key", tab="one", timing=QUICK) as client:
        yield client


async def joined(peer: AgentPeer, rita: RepresentativeClient) -> RepresentativeChat:
    await peer.join()
    chat = await rita.chat("s1", 5)
    await until(lambda: chat.ready)
    return chat


async def test_presence_is_the_representatives_own(peer: AgentPeer, rita: RepresentativeClient) -> None:
    await rita.away()
    await rita.available()
    assert peer.payloads("presence.set") == [{"presence": "away"}, {"presence": "available"}]


async def test_an_offer_shows_the_story_and_is_told_of_once(peer: AgentPeer) -> None:
    client = RepresentativeClient(peer.url, "key", timing=QUICK)
    told: list[Offer] = []
    client.on_offer(told.append)
    peer.offers = [offer()]
    await client.connect()
    await peer.tell("offer.made", {"offer": offer()})
    await client.connection.cut()
    await until(lambda: client.connection.reconnects == 1)
    made = await client.next_offer(1)
    assert told == [made]
    assert (made.note, made.context, made.summary.issue if made.summary else "") == (
        "sorted out",
        {"topic": "parcel"},
        "late parcel",
    )
    await client.close()


async def test_accepting_gives_the_chat_once_its_packets_came(
    peer: AgentPeer, rita: RepresentativeClient
) -> None:
    await peer.tell("offer.made", {"offer": offer()})
    made = await rita.next_offer(5)
    peer.before_ack = peer.join  # the packets may well come before the acknowledgement
    chat = await made.accept(5)
    peer.before_ack = None
    assert (chat.stint_id, chat.note) == ("s1", "sorted out")
    assert peer.payloads("offer.accept") == [{"offer_id": "o1"}]
    await peer.tell("offer.ended", {"offer_id": "o1", "handoff_id": "h1", "state": "accepted"})
    assert await made.ended(5) == "accepted"
    assert rita.offers == {}


async def test_an_offer_that_went_while_away_has_ended(peer: AgentPeer, rita: RepresentativeClient) -> None:
    await peer.tell("offer.made", {"offer": offer()})
    made = await rita.next_offer(5)
    await peer.cut()
    assert await made.ended(5) == "withdrawn"


async def test_ready_follows_the_context_at_once_and_the_stream_follows_ready(
    peer: AgentPeer, rita: RepresentativeClient
) -> None:
    seen: list[int] = []
    rita.on_entry(lambda chat, entry: seen.append(entry.number))
    for text in ("one", "two", "three"):
        peer.wrote(text)
    peer.boundary = 1
    chat = await joined(peer, rita)
    await until(lambda: seen == [2, 3])
    assert [entry.number for entry in chat.entries] == [1, 2, 3]


async def test_nothing_is_read_before_ready(peer: AgentPeer, rita: RepresentativeClient) -> None:
    """A snapshot may tell of a head beyond what came; the packets come first all the same (law 4)."""
    peer.wrote("one")
    peer.stints = [stint(ready=False, head=1)]
    peer.next.append("cut")  # the first `stint.ready` is lost, and the packets come again
    await peer.join()
    chat = await rita.chat("s1", 5)
    await until(lambda: chat.ready)
    await until(lambda: len(chat.entries) == 1)
    assert len(peer.payloads("stint.ready")) == 2
    assert peer.reads == []


async def test_handing_back_brings_wrap_up_and_finishing_ends_it(
    peer: AgentPeer, rita: RepresentativeClient
) -> None:
    ended: list[str] = []
    rita.on_end(lambda chat: ended.append(chat.stint_id))
    chat = await joined(peer, rita)
    await chat.hand_back("all settled", queue="survey", context={"settled": "yes"})
    asked = peer.payloads("handoff.request")[0]
    assert (asked["kind"], asked["note"]) == ("hand_back", "all settled")
    assert (asked["target"], asked["context"]) == ({"type": "queue", "id": "survey"}, {"settled": "yes"})
    await peer.tell("stint.updated", {"stint": stint(state="wrap_up", head=0)})
    await chat.until(lambda chat: chat.state == "wrap_up", 5)
    assert not chat.live
    await chat.add_note("call back on Monday")
    await chat.finish()
    await peer.tell("stint.updated", {"stint": stint(state="ended", head=0, reason="finished")})
    await until(lambda: ended)
    assert ended == ["s1"]
    assert (chat.state, chat.reason, rita.chats) == ("ended", "finished", {})


async def test_a_second_stint_in_the_same_chat_has_its_own_stream(
    peer: AgentPeer, rita: RepresentativeClient
) -> None:
    """The wrap-up of the first may last; what is new belongs to the second."""
    first = await joined(peer, rita)
    await peer.push(peer.wrote("for the first"))
    await until(lambda: len(first.entries) == 1)
    await peer.tell("stint.updated", {"stint": stint(state="wrap_up", head=1)})
    await first.until(lambda chat: chat.state == "wrap_up", 5)
    second_seen: list[tuple[str, Entry]] = []
    rita.on_entry(lambda chat, entry: second_seen.append((chat.stint_id, entry)))
    peer.boundary = 1
    peer.stint_id = "s2"
    await peer.join()
    second = await rita.chat("s2", 5)
    await until(lambda: second.ready)
    await peer.push(peer.wrote("for the second"))
    await until(lambda: second_seen)
    assert [(stint_id, entry.text) for stint_id, entry in second_seen] == [("s2", "for the second")]
    assert [entry.text for entry in first.entries] == ["for the first"]
    assert [entry.text for entry in second.entries] == ["for the first", "for the second"]
