"""A customer and a bot by hand, on a server that is killed: what was acknowledged is there, what was not is sent again."""

from pathlib import Path
from typing import Any

from tests.blackbox import raw
from tests.blackbox.raw import RawClient
from tests.support.server import ServerProcess, Workspace
from tests.support.stores import Place


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


async def again(server: ServerProcess, client: RawClient) -> RawClient:
    """The same client on the server that came back."""
    await server.listens()
    await client.close()
    return await RawClient(server.url, client.namespace, client.auth).connect()


async def test_killed_between_commit_and_acknowledgement(place: Place, tmp_path: Path) -> None:
    workspace = await Workspace(tmp_path, place).prepare()
    server = ServerProcess(workspace)
    server.up("customer_send.after_commit#3")
    try:
        await server.listens()
        token = (await raw.session(server.url))["token"]
        customer = await RawClient(server.url, "/customer", {"token": token}).connect()
        cid = (await customer.good("conversation.start", {"client_id": "s"}))["conversation_id"]
        sends = [{"conversation_id": cid, "client_id": f"m{n}", "content": text(f"m{n}")} for n in range(3)]
        told = [await customer.ask("message.send", send) for send in sends]
        assert told[0]["ok"]
        assert told[1]["ok"]
        assert told[2] is None
        await server.died()
        server.up()
        customer = await again(server, customer)
        head = customer.events[0]["data"]["conversations"][0]["head"]
        assert head == 3  # stored, and nobody was told
        retold = [await customer.good("message.send", send) for send in sends]
        assert retold[:2] == told[:2]
        await customer.good("timeline.read", {"conversation_id": cid, "after": 0})
        seen = [(e["public_seq"], words_of(e)) for e in customer.entries("public_seq")]
        assert seen == [(1, "m0"), (2, "m1"), (3, "m2")]
        await customer.close()
    finally:
        await server.down()


def words_of(event: dict[str, Any]) -> str:
    return str(event["data"]["content"]["text"])


async def test_a_bot_by_hand_is_told_again_what_it_owes(place: Place, tmp_path: Path) -> None:
    """Killed before `stint.ready` the packets come again; killed after it, the turn stands in the snapshot."""
    workspace = await Workspace(tmp_path, place).prepare()
    server = ServerProcess(workspace)
    server.up("ready.before_commit#1")
    try:
        await server.listens()
        bot = await raw.agent(server.url, workspace.keys["triage"]).connect()
        customer = await RawClient(
            server.url, "/customer", {"token": (await raw.session(server.url))["token"]}
        ).connect()
        cid = (await customer.good("conversation.start", {"client_id": "s"}))["conversation_id"]
        greet = await bot.event("conversation.greet")
        stint = {"stint_id": greet["data"]["stint_id"]}
        assert await bot.ask("stint.ready", stint) is None
        await server.died()

        server.up("ready.after_commit#1")
        bot, customer = await again(server, bot), await again(server, customer)
        packets = [e["event"] for e in bot.events[:4]]
        if len(packets) < 4:
            await bot.event("conversation.greet")
            packets = [e["event"] for e in bot.events[:4]]
        assert packets == [
            "session.snapshot",
            "conversation.agent_added",
            "conversation.context",
            "conversation.greet",
        ]
        assert await bot.ask("stint.ready", stint) is None
        await server.died()

        server.up()
        bot, customer = await again(server, bot), await again(server, customer)
        snapshot = bot.events[0]["data"]
        assert [(s["stint_id"], s["ready"]) for s in snapshot["stints"]] == [(stint["stint_id"], True)]
        assert [t["kind"] for t in snapshot["turns"]] == ["greet"]
        hello = {"conversation_id": cid, **stint, "client_id": f"greet:{stint['stint_id']}"}
        sent = await bot.good("message.send", {**hello, "content": text("hello")})
        heard = await customer.event("message.created")
        assert (words_of(heard), heard["public_seq"]) == ("hello", sent["public_seq"])
        await bot.close()
        await customer.close()
    finally:
        await server.down()
