"""What a search costs, whatever customers have written."""

import unicodedata
from typing import Literal

import pytest

from batonpass.app import searching
from batonpass.app.folding import PIECE, folded
from batonpass.app.searching import Search
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import held_by, house


@pytest.mark.parametrize(
    "text", ["Straße ﬁne", "e\u0301te\u0301 " * 90, "각 " * 200, "x" * 4_000, "\u0301" * 40]
)
def test_pieces_fold_as_the_whole_does(text: str) -> None:
    assert folded(text) == unicodedata.normalize("NFKC", text).casefold()


def test_a_run_of_accents_costs_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Normalising puts accents in order, which costs the square of their number."""
    run = "a" + "\u0301\u0323" * 2_000
    lengths: list[int] = []
    real = unicodedata.normalize

    def normalize(form: Literal["NFKC"], text: str) -> str:
        lengths.append(len(text))
        return real(form, text)

    monkeypatch.setattr(unicodedata, "normalize", normalize)
    folded(run)
    assert max(lengths) <= PIECE
    assert sum(lengths) == len(run)


async def test_a_search_ends_and_says_so(store: BaseStore[Tx], monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter may stand for eighteen: the longest lines there are cost no search more than it may."""
    world = await house(store, "R1")
    talk = await held_by(world, "R1")
    await world.ready("R1", (await talk.stint("R1")).id)
    await talk.writes("the parcel")
    for _ in range(5):
        await talk.writes("\ufdfa" * 100)
    found, more = await world.store.read(searching.search, world.env, Search("R1", "parcel"))
    assert ([row.conversation.id for row in found], more) == ([talk.id], False)
    monkeypatch.setattr(searching, "LETTERS", 5_000)
    found, more = await world.store.read(searching.search, world.env, Search("R1", "parcel"))
    assert (found, more) == ([], True)


async def test_of_a_long_variable_only_the_beginning_is_read(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1")
    talk = await held_by(world, "R1", topic="parcel " + "x" * 3_900 + " trousers")
    for words, hits in (("parcel", [talk.id]), ("trousers", [])):
        found, _ = await world.store.read(searching.search, world.env, Search("R1", words))
        assert [row.conversation.id for row in found] == hits
