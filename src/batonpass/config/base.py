"""What every table of `batonpass.toml` is made of: the strict base, and the types of its values with their words."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints

LONGEST_S = 604_800


@dataclass(frozen=True, slots=True)
class Expected:
    """What a value must be, in words: the end of "expected ..." and the type column of the reference."""

    text: str


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _store_url(value: Any) -> Any:
    """Refuse what names no store. The password in it is a secret, so this text is never shown whole."""
    if isinstance(value, str):
        scheme, _, rest = value.partition("://")
        good = rest[1:] if scheme == "sqlite" and rest.startswith("/") else ""
        if scheme in {"postgres", "postgresql"}:
            good = rest
        if not good or good == ":memory:":
            raise ValueError("not a store")
    return value


class Section(BaseModel):
    """Base of every table: unknown keys are errors, and nothing is converted behind the operator's back."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


# An id travels on the wire, so its pattern is the wire's.
ID = r"^[A-Za-z0-9_.:-]{1,64}$"
Id = Annotated[
    str,
    StringConstraints(pattern=ID),
    Expected("an id of 1 to 64 letters, digits, '_', '.', ':' or '-'"),
]
Name = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,80}$"),
    Expected("text of 1 to 80 characters on one line"),
]
Seconds = Annotated[
    float, Field(gt=0, le=LONGEST_S), Expected(f"a number of seconds above 0, at most {LONGEST_S}")
]
SecondsOrNone = Annotated[
    float, Field(ge=0, le=LONGEST_S), Expected(f"a number of seconds from 0 to {LONGEST_S}")
]
Origin = Annotated[
    str,
    StringConstraints(pattern=r"^(\*|https?://[^\s/]+)$"),
    Expected('an origin such as "https://www.example.com", without a path, or "*"'),
]
VariableName = Annotated[
    str, StringConstraints(min_length=1, max_length=100), Expected("a variable's name of 1 to 100 characters")
]
Values = Annotated[
    list[Annotated[str, Expected("text in quotes")]],
    BeforeValidator(_listed),
    Field(min_length=1),
    Expected("text in quotes, or a list of them"),
]
Count = Annotated[int, Field(ge=0, le=1_000), Expected("a whole number from 0 to 1000")]
Slots = Annotated[int, Field(ge=1, le=1_000), Expected("a whole number from 1 to 1000")]
Rank = Annotated[int, Field(ge=-1_000_000, le=1_000_000), Expected("a whole number from -1000000 to 1000000")]
StoreUrl = Annotated[
    SecretStr,
    BeforeValidator(_store_url),
    Expected('"sqlite:///PATH" or "postgresql://USER@HOST/DATABASE"'),
]
