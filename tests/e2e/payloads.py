"""Words that strangers would like to be more than words, and the look at a page that they must not change."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

EVIL = "https://evil.example"

MARKUP = (
    "<img src=x onerror=\"window.owned='img'\">",
    "<script>window.owned='script'</script>",
    "<svg onload=\"window.owned='svg'\"><a xlink:href=\"javascript:window.owned='a'\">x</a></svg>",
    f'<iframe src="{EVIL}/frame"></iframe><link rel=stylesheet href="{EVIL}/x.css">',
    '"><style>*{display:none!important}</style>',
    "</textarea></title></script><b onmouseover=\"window.owned='b'\">over</b>",
    "&lt;script&gt;window.owned=1&lt;/script&gt;",
    "{{constructor.constructor('window.owned=1')()}} ${window.owned=1} #{window.owned=1}",
)
MARKDOWN = (
    "[click](javascript:window.owned='link') [data](data:text/html,<script>window.owned=1</script>)",
    f"![picture]({EVIL}/pixel.png) ![](//evil.example/p)",
    f"[your bank](https://www.example.com@evil.example) <{EVIL}/a>",
    "**bold *and [a](https://x.example/**) open `code",
    "[" * 200 + "](https://x.example" + ")" * 200,
    "*" * 500 + "_" * 500 + "`" * 500,
)
STYLE = (
    "';}body{display:none}/*",
    f"color:red;background:url({EVIL}/bg.png)",
)
TEXT = (
    "\u202egpj.exe\u202c and then",
    "\u202eall the rest of this line runs backwards",
    "\u2067\u2067\u2067never closed isolates",
    "zero\u200b\u200c\u200d\ufeff" + "\u200b" * 500 + "width",
    "z" + "\u0301\u0316\u0489" * 200 + "algo",
    "مرحبا بالعالم 48-2019 (a) [b]",
    "line\n" * 60,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 40,
    "W" * 4_000,
    "https://example.com/" + "a" * 1_900,
)
ALL = (*MARKUP, *MARKDOWN, *STYLE, *TEXT)

NAME = '<b onclick="owned=1">\u202eAda\u202c</b> **W** [x](javascript:owned=1)'
"""What stands where a name does: up to 80 characters on one line."""
LONG_NAME = "W" * 80
WIDE = "w" * 400

LOOK = (Path(__file__).parent / "look.js").read_text()


async def look(page: Page) -> list[str]:
    """Return what is wrong with how a page stands there now."""
    found: list[Any] = await page.evaluate(LOOK)
    return [str(one) for one in found]


def watch(page: Page, origin: str) -> list[str]:
    """Return a list that fills with every address outside ours that the page asks for."""
    asked: list[str] = []

    def heard(url: str) -> None:
        if not url.startswith((origin, "data:", "blob:")):
            asked.append(url)

    page.on("request", lambda request: heard(request.url))
    return asked
