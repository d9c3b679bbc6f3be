"""Files over HTTP: taken by content, private until sent, read by who reads the message, by links that expire."""

from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from batonpass.app import customers, marks
from batonpass.app.messages import AgentSays, AgentWhispers, CustomerSays, agent_send, customer_send, whisper
from batonpass.app.ports import AgentRow, Tx
from batonpass.domain.agents import AgentKind
from batonpass.domain.attachments import AttachmentRules
from batonpass.domain.conversation import Stint
from batonpass.domain.errors import NotFound
from batonpass.domain.handoff import Kind
from batonpass.server import add_key
from batonpass.transport.auth import CUSTOMER_PREFIX, new_secret
from batonpass.transport.files import Files
from batonpass.transport.rest import attachments
from batonpass.transport.rest.door import Rest
from batonpass.transport.rest.house import House, Options
from tests.support.stores import SqlitePlaces
from tests.support.world import World, bot, person, queue, rules
from tests.transport.rest.test_door import Client, ask, bearer

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2_000
H = 3_600_000


def _boss(tx: Tx) -> None:
    tx.add_agent(AgentRow("sue", AgentKind.REPRESENTATIVE, "Sue", 1, (), supervisor=True))


class Chat:
    """A chat that R1 holds, beside R2 who waits and a stranger; everybody has a key."""

    def __init__(self, world: World, client: Client) -> None:
        self.world, self.client = world, client
        self.keys: dict[str, dict[str, str]] = {}
        self.cid = ""
        self.stints: dict[str, Stint] = {}

    async def prepare(self) -> "Chat":
        world = self.world
        await world.store.run(_boss)
        for agent in ("A", "R1", "R2", "sue"):
            self.keys[agent] = bearer(await add_key(world.store, agent))
        for customer in ("vera", "otto"):
            secret = new_secret(CUSTOMER_PREFIX)
            await world.do(customers.new_session, customers.NewSession(customer, secret.hash))
            self.keys[customer] = bearer(secret.text)
        self.cid = await world.start("vera")
        await world.settle()
        stint = next(s for s in (await world.picture(self.cid)).stints if s.live)
        await world.asks("A", self.cid, stint.id, Kind.ESCALATION)
        await world.settle()
        self.stints["R1"] = await world.accepts("R1", (await world.open_offer("R1")).id)
        await world.ready("R1", self.stints["R1"].id)
        return self

    async def keep(self, who: str, data: bytes = PNG, name: str = "scan.png", **more: Any) -> tuple[int, Any]:
        headers = self.keys[who] | {"Content-Type": "application/octet-stream"} | more.pop("headers", {})
        path = f"/conversations/{more.pop('cid', self.cid)}/attachments"
        return await ask(
            self.client, "POST", path, params={"name": name}, data=BytesIO(data), headers=headers
        )

    async def kept(self, who: str, data: bytes = PNG) -> dict[str, Any]:
        status, found = await self.keep(who, data)
        assert status == 201, found
        content: dict[str, Any] = found["content"]
        return content

    async def link(self, who: str, content: dict[str, Any]) -> tuple[int, Any]:
        return await ask(
            self.client, "GET", f"/attachments/{content['attachment_id']}", headers=self.keys[who]
        )

    async def who_reads(self, content: dict[str, Any]) -> set[str]:
        return {who for who in self.keys if (await self.link(who, content))[0] == 200}

    async def vera_sends(self, content: dict[str, Any]) -> None:
        await self.world.do(customer_send, CustomerSays("vera", self.cid, self.world.key(), content))

    async def rita_sends(self, content: dict[str, Any]) -> None:
        stint = self.stints["R1"].id
        await self.world.do(agent_send, AgentSays("R1", self.cid, stint, self.world.key(), content))


@pytest.fixture
async def house(sqlite_places: SqlitePlaces) -> AsyncIterator[Chat]:
    store = await (await sqlite_places.new()).open(frozen_clock=True)
    world = World(store, rules(queue("q1"), queue("q2")))
    agents = [bot("A"), person("R1"), person("R2")]
    await world.setup(agents, [("q1", "A", 3), ("q1", "R1", 2), ("q2", "R2", 2)])
    for agent in ("A", "R1"):
        await world.connect(agent)
    app = web.Application()
    Rest(House(world.board), Options(), [attachments.routes]).mount(app)
    app.add_routes(Files(world.board).routes())
    async with TestClient(TestServer(app)) as client:
        yield await Chat(world, client).prepare()
    await store.close()


async def test_who_reads_the_message_reads_its_file(house: Chat) -> None:
    content = await house.kept("vera")
    assert await house.who_reads(content) == {"vera"}, "nobody but who stored it, until it is sent"
    await house.vera_sends(content)
    assert await house.who_reads(content) == {"vera", "R1", "sue"}
    answered = await house.kept("R1", b"Dear Vera, all is well.")
    await house.rita_sends(answered)
    assert await house.who_reads(answered) == {"vera", "R1", "sue"}


async def test_a_file_of_a_whisper_is_not_the_customers(house: Chat) -> None:
    content = await house.kept("R1")
    stint = house.stints["R1"].id
    await house.world.do(whisper, AgentWhispers("R1", house.cid, stint, "w", content))
    assert await house.who_reads(content) == {"R1", "sue"}
    with pytest.raises(NotFound):
        await house.vera_sends(content)


async def test_a_file_of_a_sensitive_message_is_masked_as_its_words_are(house: Chat) -> None:
    content = await house.kept("vera")
    await house.vera_sends(content)
    seq = (await house.world.picture(house.cid)).entries[-1].seq
    stint = house.stints["R1"].id
    await house.world.do(marks.mark_message, marks.Marks("R1", house.cid, stint, "m", seq))
    assert await house.who_reads(content) == {"vera"}


async def test_a_message_says_of_a_file_what_our_record_says(house: Chat) -> None:
    content = await house.kept("vera")
    lie = content | {"name": "invoice.pdf", "media_type": "application/pdf", "size": 1}
    await house.vera_sends(lie)
    entry = (await house.world.picture(house.cid)).entries[-1]
    assert entry.data["content"] == content


async def test_only_files_of_this_chat_can_be_sent_and_only_by_their_owner(house: Chat) -> None:
    content = await house.kept("vera")
    for wrong in (content | {"attachment_id": "nothing"}, content):
        with pytest.raises(NotFound):
            await house.rita_sends(wrong)
    other = await house.world.start("otto")
    with pytest.raises(NotFound):
        await house.world.do(customer_send, CustomerSays("otto", other, "k", content))
    await house.vera_sends(content)
    await house.rita_sends(content)  # what everybody has, may be shown again


async def test_a_link_opens_until_it_expires_and_nothing_else(house: Chat) -> None:
    content = await house.kept("vera")
    url = (await house.link("vera", content))[1]["url"]
    async with house.client.get(url) as answer:
        assert answer.status == 200
        assert await answer.read() == PNG
        headers = answer.headers
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "private, no-store")
    assert "sandbox" in headers["Content-Security-Policy"]
    other = (await house.kept("vera", b"other words"))["attachment_id"]
    swapped = url.replace(content["attachment_id"], other)
    later = url.replace("expires=", "expires=9")
    for wrong in (swapped, later, url[:-2], url.partition("?")[0], url + "x", url.replace("expires=", "e=")):
        async with house.client.get(wrong) as answer:
            assert answer.status == 404, wrong
    await house.world.store.advance(300_000)
    async with house.client.get(url) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    "data,said,code",
    [
        (b"<html><script>alert(1)</script>", "", "attachment_type"),
        (b"<svg xmlns='...'/>", "image/png", "attachment_type"),
        (b"GIF89a......", "image/png", "attachment_type"),
        (b"MZ\x90\x00\x03", "image/png", "attachment_type"),
        (b"", "image/png", "attachment_empty"),
        (b"%PDF-" + bytes(6_000_000), "", "too_large"),
    ],
)
async def test_what_is_not_taken_is_refused(house: Chat, data: bytes, said: str, code: str) -> None:
    status, told = await house.keep("vera", data, headers={"Content-Type": said} if said else {})
    assert (status, told["code"]) == ({"too_large": 413}.get(code, 422), code)


async def test_a_form_carries_a_file_too(house: Chat) -> None:
    form = FormData(quote_fields=False)
    form.add_field("file", PNG, filename="\u00fcber.png", content_type="image/png")
    path = f"/conversations/{house.cid}/attachments"
    status, found = await ask(house.client, "POST", path, data=form, headers=house.keys["vera"])
    assert (status, found["content"]["name"], found["content"]["size"]) == (201, "\u00fcber.png", len(PNG))
    for body in (
        b"",
        b"--x--\r\n",
        b"--x\r\nContent-Disposition: form-data; name=other\r\n\r\nz\r\n--x--\r\n",
    ):
        headers = house.keys["vera"] | {"Content-Type": "multipart/form-data; boundary=x"}
        status, found = await ask(house.client, "POST", path, data=body, headers=headers)
        assert status == 422, found


async def test_strangers_keep_nothing_here(house: Chat) -> None:
    for who in ("otto", "R2", "sue"):
        assert (await house.keep(who))[0] == 404
    assert (await house.keep("vera", cid="nothing"))[0] == 404
    path = f"/conversations/{house.cid}/attachments"
    assert (await ask(house.client, "POST", path, data=PNG))[0] == 401


async def test_a_chat_has_so_many_bytes_and_no_more(house: Chat) -> None:
    few = AttachmentRules(conversation_bytes=len(PNG) + 10)
    env = house.world.board.env
    await house.world.board.decide_by(replace(env, rules=replace(env.rules, attachments=few)))
    await house.kept("vera")
    status, told = await house.keep("vera")
    assert (status, told["code"]) == (409, "attachments_full")


async def test_what_nobody_sends_goes_after_a_while(house: Chat) -> None:
    sent, orphan = await house.kept("vera"), await house.kept("vera", b"never sent")
    await house.vera_sends(sent)
    await house.world.advance(H)
    assert (await house.link("vera", sent))[0] == 200
    assert (await house.link("vera", orphan))[0] == 404


async def test_another_file_under_the_same_key_is_another_request(house: Chat) -> None:
    key = {"Idempotency-Key": "k1"}
    first = await house.keep("vera", b"one", "a.txt", headers=key)
    assert first[0] == 201
    assert await house.keep("vera", b"one", "a.txt", headers=key) == first
    status, told = await house.keep("vera", b"two", "a.txt", headers=key)
    assert (status, told["code"]) == (422, "idempotency_conflict")


@pytest.mark.parametrize(
    "part",
    [
        b'Content-Disposition: form-data; name="file"; filename="' + b"a" * 20_000 + b'"\r\n\r\nhello',
        b"A: b\r\n" * 5_000 + b"\r\nhello",
        b"no colon\r\n\r\nhello",
    ],
    ids=["long", "many", "no colon"],
)
async def test_a_form_with_odd_headers_is_the_senders_fault(house: Chat, part: bytes) -> None:
    status, told = await ask(
        house.client,
        "POST",
        f"/conversations/{house.cid}/attachments",
        data=b"--X\r\n" + part + b"\r\n--X--\r\n",
        headers=house.keys["vera"] | {"Content-Type": "multipart/form-data; boundary=X"},
    )
    assert status == 422, told
