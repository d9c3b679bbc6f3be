"""`[widget]`: how the widget looks on the operator's pages, and its words."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from batonpass.config.base import Expected, Section
from batonpass.domain.widget import Features, Launcher, WidgetLook

MAX_WORD = 500

Colour = Annotated[
    str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$"), Expected('a colour such as "#1E5A44"')
]
Heading = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,80}$"),
    Expected("text of 1 to 80 characters on one line"),
]
Locale = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$"),
    Expected('a locale such as "de" or "pt-BR"'),
]
WordKey = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$"),
    Expected("the key of a word, as in `assets/locales/en.json`"),
]
Word = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$", max_length=MAX_WORD),
    Expected(f"text of up to {MAX_WORD} characters"),
]
Pixels = Annotated[int, Field(ge=0, le=400), Expected("a whole number of pixels from 0 to 400")]


class WidgetLauncher(Section):
    """The button that opens the widget."""

    hidden: bool = Field(
        False, description="There is none: the page opens the widget itself (`Batonpass.open()`)."
    )
    side: Pixels = Field(28, description="Its distance from the edge at its side.")
    bottom: Pixels = Field(28, description="Its distance from the lower edge.")


class WidgetFeatures(Section):
    """What the widget shows. What is not shown is not forbidden: the rules of the queues and `[attachments]` do that."""

    attachments: bool = Field(True, description="Files may be sent, where `[attachments]` takes any.")
    transcript: bool = Field(True, description="The customer may save the chat as text.")
    end: bool = Field(True, description="The customer may end the chat.")
    contact: bool = Field(
        True, description="An address may be left when nobody is there, where the queue asks."
    )


class WidgetTable(Section):
    """How the widget looks. It reads this when a page shows it; what the page says itself (`data-accent` and others)
    comes before it."""

    name: Heading | None = Field(None, description='Its heading. Default: the page\'s own, or "Chat".')
    accent: Colour | None = Field(
        None, description="One colour of yours; it is shifted until text on it can be read."
    )
    theme: Literal["auto", "light", "dark"] = Field(
        "auto", description="As the customer's system is (`auto`), or always the same."
    )
    position: Literal["right", "left"] = Field(
        "right",
        description="At which side of the page; mirrored in languages that are written from the right.",
    )
    launcher: WidgetLauncher = WidgetLauncher()
    features: WidgetFeatures = WidgetFeatures()
    locales: Annotated[
        list[Locale],
        Field(
            max_length=100,
            description="The languages it may speak; the first where the customer's is none of them. Default: all it "
            "has words of.",
        ),
        Expected('a list of up to 100 locales such as "de" or "pt-BR"'),
    ] = []
    words: dict[Locale, dict[WordKey, Word]] = Field(
        {}, description="Its words, `[widget.words.LOCALE]`, over those it brings along (`assets/locales`)."
    )


def look(table: WidgetTable) -> WidgetLook:
    """Return what the widget is told."""
    return WidgetLook(
        name=table.name,
        accent=table.accent,
        theme=table.theme,
        position=table.position,
        launcher=Launcher(**table.launcher.model_dump()),
        features=Features(**table.features.model_dump()),
        locales=tuple(table.locales),
        words={key.replace("_", "-").lower(): dict(words) for key, words in table.words.items()},
    )
