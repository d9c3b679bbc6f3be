"""How the widget looks: told to anybody, kept for a minute, changed while the server runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from batonpass.domain.attachments import AttachmentRules
from batonpass.domain.rules import Rules
from batonpass.domain.widget import Features, WidgetLook
from batonpass.transport.rest.widget import settings_of
from tests.support.stores import SqlitePlaces
from tests.transport.rest.test_admin import serving

SHOP = "https://shop.example"
WORDS = {"de": {"open": "Frag uns", "end": "Beenden"}, "de-at": {"open": "Servus"}, "fr": {"open": "Bonjour"}}


def test_words_are_those_of_the_language_with_those_of_the_country_over_them() -> None:
    rules = Rules(widget=WidgetLook(words=WORDS))
    assert settings_of(rules, "de-AT", ["en"]).words == {"open": "Servus", "end": "Beenden"}
    assert settings_of(rules, "de-CH", ["en"]).words == WORDS["de"]
    # The words of another language never stand in: the widget has its own of each.
    assert settings_of(rules, "ar", ["en"]).words == {}
    assert settings_of(rules, "", ["en"]).words == {}


def test_it_may_speak_what_it_has_words_of_unless_the_operator_says_which() -> None:
    assert settings_of(Rules(widget=WidgetLook(words=WORDS)), "en", ["en", "ar", "de"]).locales == [
        "en",
        "ar",
        "de",
        "de-at",
        "fr",
    ]
    assert settings_of(Rules(widget=WidgetLook(locales=("de", "en"))), "en", ["en", "ar"]).locales == [
        "de",
        "en",
    ]


def test_files_are_shown_only_where_they_are_taken() -> None:
    shown = settings_of(Rules(), "en", ["en"])
    assert shown.features.attachments
    assert shown.files is not None
    assert shown.files.max_size == Rules().attachments.max_bytes
    none = Rules(attachments=AttachmentRules(max_bytes=0))
    hidden = Rules(widget=WidgetLook(features=Features(attachments=False)))
    for rules in (none, hidden):
        told = settings_of(rules, "en", ["en"])
        assert (told.features.attachments, told.files) == (False, None)


async def test_anybody_may_ask_and_a_change_shows_at_once(places: SqlitePlaces, tmp_path: Path) -> None:
    async with serving(places, tmp_path) as desk, aiohttp.ClientSession() as http:
        url = f"{desk.running.url}/api/v1/widget?locale=de"

        async def ask(**headers: str) -> tuple[int, dict[str, Any], Mapping[str, str]]:
            async with http.get(url, headers=headers) as answer:
                body = await answer.json(content_type=None) if answer.status == 200 else {}
                return answer.status, body, answer.headers.copy()

        status, body, headers = await ask()
        assert (status, body["theme"], body["words"]) == (200, "auto", {})
        assert headers["Cache-Control"] == "public, max-age=60"
        assert "accent" not in body
        status, _, _ = await ask(**{"If-None-Match": headers["ETag"]})
        assert status == 304
        change = {"accent": "#1E5A44", "words": {"de": {"open": "Frag uns"}}}
        await desk.good("PATCH", "/admin/tables/widget", change)
        status, body, _ = await ask(**{"If-None-Match": headers["ETag"]})
        assert (status, body["accent"], body["words"]) == (200, "#1E5A44", {"open": "Frag uns"})
        wrong = {"accent": "red"}
        assert await desk.refused("PATCH", "/admin/tables/widget", wrong) == (422, "config_invalid")


async def test_pages_of_allowed_origins_may_read_it_and_caches_keep_them_apart(
    places: SqlitePlaces, tmp_path: Path
) -> None:
    async with serving(places, tmp_path) as desk, aiohttp.ClientSession() as http:
        url = f"{desk.running.url}/api/v1/widget"
        async with http.get(url, headers={"Origin": SHOP}) as answer:
            assert answer.headers["Vary"] == "Origin"
            assert "Access-Control-Allow-Origin" not in answer.headers
