"""Private stays private (law 11): in no frame a customer gets, in no error, in no line the server logs."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from batonpass.store import schema
from batonpass.store.tx import Tx
from tests.blackbox import raw
from tests.blackbox.raw import RawClient
from tests.hostile.stage import Stage
from tests.hostile.talk import Crew, Talk, start
from tests.support.server import ServerProcess, Workspace
from tests.support.stores import Place, SqlitePlaces

NOTE = "zz-note-zz"
PASS_NOTE = "zz-pass-note-zz"
REASON = "zz-reason-zz"
VALUE = "zz-value-zz"
DRAFT = "zz-draft-zz"
DECLINED = "zz-declined-zz"
SAID = "zz-said-zz"
ANSWER = "zz-answer-zz"
NAME = "zz-name-zz"
PUBLIC = {
    "session.snapshot",
    "message.created",
    "conversation.agent_added",
    "conversation.agent_removed",
    "notice.posted",
    "conversation.closed",
    "queue.position",
    "typing.updated",
    "csat.asked",
    "receipt.updated",
}


async def secretive(customer: RawClient, crew: Crew) -> Talk:
    """A journey with something private of every kind in it, the chat still open at its end."""
    talk = await start(customer, name=NAME)
    bot = crew.triage
    stint = await talk.greets(bot, "hello")
    here = talk.of(stint)
    await talk.says(SAID)
    await talk.turn(bot, stint)
    await bot.good("context.set", {**here, "variables": {"topic": VALUE}})
    await bot.good("note.add", {**here, "client_id": "n1", "text": NOTE})
    await bot.good("typing.set", {**here, "on": True})
    await talk.passes(bot, stint, "escalation", note=PASS_NOTE, reason=REASON, context={"more": VALUE})
    late = await bot.ask("message.send", {**here, "client_id": "late", "content": _text(DRAFT)})
    assert late["error"]["code"] == "stint_ended"
    offer = await talk.offer(crew.rita)
    await crew.rita.good("offer.decline", {"offer_id": offer, "reason": DECLINED})
    await crew.rita.good("presence.set", {"presence": "away"})
    return talk


async def taken(talk: Talk, crew: Crew, person: RawClient) -> None:
    """The rest: another one takes it, answers, notes, and hands back."""
    await person.good("presence.set", {"presence": "available"})
    stint = await talk.takes(person)
    await person.good("typing.set", talk.of(stint, on=True))
    await talk.answers(person, stint, ANSWER)
    await person.good("note.add", talk.of(stint, client_id="n2", text=NOTE))
    await talk.passes(person, stint, "hand_back", note=PASS_NOTE, reason=REASON)
    await talk.greets(crew.survey, "how was it")


def _text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def ids_of(client: RawClient) -> set[str]:
    """Every id of a stint, turn, offer or agent that stands in what an agent got."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ("stint_id", "turn_id", "offer_id") and isinstance(inner, str):
                    found.add(inner)
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(client.events)
    return found


async def test_a_customer_gets_no_frame_with_anything_private(stage: Stage) -> None:
    customer = await stage.customer()
    talk = await secretive(customer, stage.crew)
    rob = await stage.agent("rob")
    await taken(talk, stage.crew, rob)
    again = await stage.customer(customer.auth["token"])
    talk.customer = again
    await talk.read()
    await talk.ends()
    crew = [stage.crew.triage, stage.crew.survey, stage.crew.rita, rob]
    private = {NOTE, PASS_NOTE, REASON, VALUE, DRAFT, DECLINED, *stage.keys, *stage.keys.values(), "orders"}
    private |= {found for agent in crew for found in ids_of(agent)}
    private |= {stage.talk.cid, stage.talk.customer.auth["token"], customer.auth["token"]}
    assert len(private) > 20
    frames = customer.frames + again.frames
    assert any(ANSWER in frame for frame in frames)
    for secret in private:
        assert not [frame for frame in frames if secret in frame], secret
    events = customer.events + again.events
    assert {e["event"] for e in events} <= PUBLIC
    assert not [e for e in events if "seq" in e or "id" in e.get("actor", {})]
    await stage.crew.rita.good("presence.set", {"presence": "available"})
    await rob.good("presence.set", {"presence": "away"})


async def test_what_agents_got_had_it_all(stage: Stage) -> None:
    """The other side of the test above: the secrets are on the wire, and agents do get them."""
    talk = await secretive(await stage.customer(), stage.crew)
    rob = await stage.agent("rob")
    await taken(talk, stage.crew, rob)
    told = "".join(rob.frames)
    assert [secret for secret in (NOTE, PASS_NOTE, REASON, VALUE, DRAFT, NAME) if secret not in told] == []
    await stage.crew.rita.good("presence.set", {"presence": "available"})
    await rob.good("presence.set", {"presence": "away"})


async def test_an_error_of_the_store_quotes_nobody(place: Place) -> None:
    store = await place.open()

    def twice(tx: Tx) -> None:
        for _ in range(2):
            tx.connection.execute(insert(schema.meta).values(name=SAID, value=NOTE))

    try:
        with pytest.raises(Exception, match=r"(?i)unique") as caught:
            await store.run(twice)
    finally:
        await store.close()
    assert NOTE not in str(caught.value)


async def play_on(url: str, keys: dict[str, str]) -> list[str]:
    """Everything that could be logged, malformed and refused things too; returns what must not be."""
    async with Crew.on(url, keys) as crew, raw.agent(url, keys["rob"]) as rob, raw.customer(url) as customer:
        talk = await secretive(customer, crew)
        await taken(talk, crew, rob)
        for frame in (
            f'42/customer,1["{SAID}",{{}}]',
            f"42/customer,1[{SAID}",
            f'40/customer,{{"{SAID}":1}}',
        ):
            await customer.send(frame)
        await customer.ask(SAID, {SAID: SAID})
        await customer.ask(
            "message.send", {"conversation_id": SAID, "client_id": NOTE, "content": _text(SAID)}
        )
        await customer.ask("message.send", {"conversation_id": talk.cid, "content": {"type": SAID}})
        wrong = RawClient(url, "/agent", {"token": SAID})
        await wrong.open()
        with pytest.raises(raw.Refused):
            await wrong.join()
        await talk.ends()
        secrets = [NOTE, PASS_NOTE, REASON, VALUE, DRAFT, DECLINED, SAID, ANSWER, NAME]
        return [*secrets, *keys.values(), customer.auth["token"]]


@pytest.mark.parametrize("loud", [False, True], ids=["as it is", "all there is"])
async def test_no_line_of_the_log_quotes_anybody(
    loud: bool, sqlite_places: SqlitePlaces, tmp_path: Path
) -> None:
    workspace = await Workspace(tmp_path, await sqlite_places.new()).prepare()
    server = ServerProcess(workspace)
    server.up(loud=loud)
    try:
        await server.listens()
        secrets = await play_on(server.url, workspace.keys)
        await server.kill()
    finally:
        await server.down()
    log = server.log.read_text()
    assert "Batonpass serves on" in log
    assert not loud or len(log.splitlines()) > 100
    for secret in secrets:
        assert not [line for line in log.splitlines() if secret in line], secret


async def test_the_command_keeps_its_mouth_shut_too(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    workspace = await Workspace(tmp_path, await sqlite_places.new()).prepare()
    command = [sys.executable, "-m", "batonpass", "run", "--config", str(workspace.path)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdout=pipe, stderr=asyncio.subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    assert process.stdout is not None
    told = ""
    try:
        while "serves on" not in told:
            line = await process.stdout.readline()
            assert line, told
            told += line.decode()
        secrets = await play_on(workspace.url, workspace.keys)
    finally:
        process.terminate()
        rest, _ = await process.communicate()
    told += rest.decode()
    assert [secret for secret in secrets if secret in told] == []
    ours = ("Batonpass serves on", "There is no admin yet", "Set-up code: ", "warning: ")
    for said in told.splitlines():
        assert said.startswith(ours) or json.loads(said)
