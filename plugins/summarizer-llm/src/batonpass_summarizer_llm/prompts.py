"""The prompts: versioned jinja2 files, which the operator may replace. No word of a chat ever meets a template.

A template gets numbers, flags and the boundary; the chat goes to the model in a message that code writes.
"""

import traceback
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined, Template, TemplateSyntaxError
from jinja2.exceptions import TemplateNotFound
from jinja2.sandbox import SandboxedEnvironment

from batonpass.plugin_api import Purpose

PURPOSES: tuple[str, ...] = get_args(Purpose)
AFTER = "[after the chat]"
"""A line that parts a prompt: what follows is said again after the chat, which models heed most."""
MAX_PROMPT = 20_000
SAMPLE: dict[str, Any] = {
    "boundary": "0123456789abcdef",
    "words": 60,
    "language": "en",
    "redacted": True,
    "structured": True,
    "cut": True,
}
"""Every variable a prompt has, with a value as it may be."""


def own_folder() -> Path:
    """Where our prompts are: in the installed package, else beside the source tree."""
    package = Path(str(files("batonpass")))
    inside = package / "_prompts"
    return inside if inside.is_dir() else package.parents[1] / "prompts"


class Prompts:
    """The prompt of each purpose, loaded and tried."""

    def __init__(self, folder: Path | None, version: str) -> None:
        """ValueError naming file and line when a prompt is missing or broken."""
        own = own_folder()
        self._folders = [folder, own] if folder else [own]
        loaders: list[BaseLoader] = [FileSystemLoader(one, encoding="utf-8") for one in self._folders]
        self._house = SandboxedEnvironment(
            loader=ChoiceLoader(loaders), undefined=StrictUndefined, auto_reload=False, keep_trailing_newline=False,
            trim_blocks=True, lstrip_blocks=True, autoescape=False,
        )  # fmt: skip
        self._templates = {purpose: self._load(folder or own, purpose, version) for purpose in PURPOSES}

    def text(self, purpose: str, **variables: Any) -> tuple[str, str]:
        """The prompt for one request, and what is said after the chat; ``variables`` are those of SAMPLE, all of
        them."""
        if variables.keys() != SAMPLE.keys():
            raise ValueError(f"a prompt has the variables {', '.join(SAMPLE)}")
        text = self._templates[purpose].render(purpose=purpose, **variables)
        before, _, after = text.partition(AFTER)
        return before.strip(), after.strip()

    def _load(self, folder: Path, purpose: str, version: str) -> Template:
        path = folder / purpose / f"{version}.md.j2"
        if not path.is_file():
            raise ValueError(f"prompts: {path} is missing")
        try:
            template = self._house.get_template(f"{purpose}/{version}.md.j2")
            for structured in (True, False):
                text = (
                    template.render({**SAMPLE, "purpose": purpose, "structured": structured})
                    .partition(AFTER)[0]
                    .strip()
                )
                if not 0 < len(text) <= MAX_PROMPT:
                    raise ValueError(f"it gives {len(text)} characters, expected 1 to {MAX_PROMPT}")
        except Exception as error:  # noqa: BLE001  a template may raise anything; its words are the operator's
            raise ValueError(f"prompts: {self._where(error, path)}: {_words(error)}") from None
        return template

    def _where(self, error: Exception, path: Path) -> str:
        """File and line of an error in a template."""
        if isinstance(error, TemplateSyntaxError):
            return f"{error.filename or path}, line {error.lineno}"
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if self._is_ours(frame.filename)]
        return f"{own[-1].filename}, line {own[-1].lineno}" if own else str(path)

    def _is_ours(self, name: str) -> bool:
        return name.endswith(".j2") and any(Path(name).is_relative_to(folder) for folder in self._folders)


def _words(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"it includes {error.message}, which is missing"
    return " ".join(str(error).split())[:300] or type(error).__name__
