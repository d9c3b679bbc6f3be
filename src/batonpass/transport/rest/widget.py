"""What the widget asks for before anybody signs in: how it looks, and the operator's words."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache

from batonpass.domain.rules import Rules
from batonpass.protocol import widget as wire
from batonpass.protocol.base import dump
from batonpass.transport.pages import WEB
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.routes import Routes

routes = Routes("Widget")
FIRST = "en"
CACHED = "public, max-age=60"
"""A page that many look at asks once a minute; with the tag an answer that has not changed is a line."""


@routes.get("/widget", action="widget.read", said=wire.WidgetQuery, reply=wire.WidgetSettings)
async def read_widget(call: Call, said: wire.WidgetQuery) -> Answer:
    """Read how the widget looks: name, colour, words of a locale. Anybody may; browsers keep it for a minute."""
    settings = settings_of(call.env.rules, said.locale, _own_locales())
    tag = hashlib.sha256(repr(dump(settings)).encode()).hexdigest()[:32]
    return Answer(settings, etag=tag, headers={"Cache-Control": CACHED, "Vary": "Origin"})


def settings_of(rules: Rules, locale: str, own: Iterable[str]) -> wire.WidgetSettings:
    """What the widget is told under these rules; `own` are the locales that it has words of."""
    look, files = rules.widget, rules.attachments
    taken = look.features.attachments and files.max_bytes > 0 and bool(files.types)
    features = asdict(look.features) | {"attachments": taken}
    return wire.WidgetSettings(
        name=look.name,
        accent=look.accent,
        theme=look.theme,
        position=look.position,
        launcher=wire.WidgetLauncherInfo(**asdict(look.launcher)),
        locales=list(look.locales or dict.fromkeys([*own, *look.words])),
        words=look.words_in(locale),
        features=wire.WidgetFeaturesInfo(**features),
        files=wire.WidgetFiles(max_size=files.max_bytes, types=sorted(files.types)) if taken else None,
    )


@cache
def _own_locales() -> tuple[str, ...]:
    """The locales whose words the widget brings along, English first."""
    names = {path.stem.lower() for path in (WEB / "locales").glob("*.json")}
    return (FIRST, *sorted(names - {FIRST}))
