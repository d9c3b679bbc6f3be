"""How the widget looks on the operator's pages: what it asks for before anybody signs in."""

from typing import Literal

from batonpass.protocol.base import Wire
from batonpass.protocol.customer import Locale


class WidgetQuery(Wire):
    """`locale`: whose words; `de-AT` gets those of `de` too."""

    locale: Locale = "en"


class WidgetLauncherInfo(Wire):
    """The button that opens it. `hidden`: there is none. `side` and `bottom`: pixels from the edges."""

    hidden: bool
    side: int
    bottom: int


class WidgetFeaturesInfo(Wire):
    """What it shows."""

    attachments: bool
    transcript: bool
    end: bool
    contact: bool


class WidgetFiles(Wire):
    """What files are taken: bytes of one at most, and media types."""

    max_size: int
    types: list[str]


class WidgetSettings(Wire):
    """How the widget looks. What the operator leaves open is left out: the page's own word, or the widget's, counts.

    `locales`: what it may speak, the first where the customer's is none of them. `words`: the operator's for the
    locale that was asked for, over those that the widget brings along. `files` is left out where none are taken.
    """

    name: str | None = None
    accent: str | None = None
    theme: Literal["auto", "light", "dark"] = "auto"
    position: Literal["right", "left"] = "right"
    launcher: WidgetLauncherInfo
    locales: list[str]
    words: dict[str, str]
    features: WidgetFeaturesInfo
    files: WidgetFiles | None = None
