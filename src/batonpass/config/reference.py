"""Draws `docs/configuration.md` from the models, so that it cannot say anything else than the code does."""

import json
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from batonpass.config.loader import FromEnvironment
from batonpass.config.models import Settings
from batonpass.config.problems import bare, phrase, type_at
from batonpass.domain.house_words import DEFAULTS
from batonpass.domain.words import PARAMS

_HEAD = """\
# Configuration

<!-- Made by `batonpass docs --write`. Change src/batonpass/config/models.py and its rooms instead. -->

One file in TOML: `batonpass.toml` where the server starts, or the one that `--config` or `BATONPASS_CONFIG`
names. `batonpass config check` says everything that is wrong with it, one line each: the file, the key, what
was found there, what was expected. `batonpass config show` prints what is in force, without secrets.

What wins, first to last: an option of the command line; a variable `BATONPASS_<TABLE>__<KEY>` such as
`BATONPASS_STORE__URL`; a file of that name in the folder `BATONPASS_SECRETS_DIR`; the configuration file; the
default. Variables may set the tables of single values: {single}.

Keys that stand nowhere below are errors. Times are seconds. `src/batonpass/demo/workspace.toml` is a working
example.
"""

_WORDS = """\
## `[words]`

What customers read at each transition. A key of `[words]` is the English word, and the one for every locale
that has none of its own; a table under it, such as `[words.de]`, is for that locale, and `de` also serves
`de-AT`. Placeholders in braces are public names; a doubled brace is a brace. An empty word mutes: the notice
is stored and nothing is shown. A word muted in `[words]` is muted in every locale that has no word of the
operator's own.
"""


_PLUGINS = """\
## `[plugins.NAME]`

Options of the plugin NAME, as its own page names them. The plugin checks them when the server starts and in
`batonpass config check`; one that refuses its options is left out with a warning, and the server runs without it.
Keys and passwords do not belong here: plugins take the name of a variable or of a file.
"""


def render_markdown() -> str:
    """Return the reference page."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    fields = Settings.model_fields
    single = ", ".join(f"`{name}`" for name in FromEnvironment.model_fields)
    yield _HEAD.format(single=single)
    for name in fields:
        if name not in ("words", "plugins"):
            yield from _table(_heading(name), _model(type_at((name,))))
    yield _PLUGINS
    yield from _words()


def _heading(name: str) -> str:
    kind, _ = bare(type_at((name,)))
    if get_origin(kind) is list:
        return f"[[{name}]]"
    return f"[{name}.ID]" if get_origin(kind) is dict else f"[{name}]"


def _model(annotation: Any) -> type[BaseModel]:
    kind, _ = bare(annotation)
    found: type[BaseModel] = kind if get_origin(kind) is None else bare(get_args(kind)[-1])[0]
    return found


def _table(heading: str, model: type[BaseModel]) -> Iterator[str]:
    yield f"## `{heading}`\n\n{model.__doc__}\n"
    yield "| Key | What it is | Default | Value |"
    yield "|---|---|---|---|"
    inner = {}
    for name, field in model.model_fields.items():
        annotation = field.rebuild_annotation()
        what, value = _cell(field.description or ""), _cell(phrase(annotation))
        yield f"| `{name}` | {what} | {_default(field)} | {value} |"
        if nested := _nested(annotation):
            inner[f"{heading.strip('[]')}.{name}"] = nested
    yield ""
    for name, nested in inner.items():
        yield from _table(f"[{name}]", nested)


def _nested(annotation: Any) -> type[BaseModel] | None:
    kind, _ = bare(annotation)
    inner = bare(get_args(kind)[0])[0] if get_origin(kind) is list else kind
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None or isinstance(value, BaseModel):
        return ""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"`{json.dumps(value)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _words() -> Iterator[str]:
    yield _WORDS
    yield f"Locales with words of the house: {', '.join(f'`{locale}`' for locale in DEFAULTS)}.\n"
    yield "| Key | Placeholders | Default |"
    yield "|---|---|---|"
    for code, params in PARAMS.items():
        names = ", ".join(f"`{{{name}}}`" for name in sorted(params))
        yield f"| `{code}` | {names} | {_cell(DEFAULTS['en'][code])} |"
