"""Switches of the operator: the file says how they stand, a word at run time wins, and both take effect at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from batonpass.app.audit import CLI, By, audit
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain.errors import CallerError, NotAllowed
from batonpass.domain.events import SwitchesChanged
from batonpass.domain.handoff import SHARES, Kind
from batonpass.domain.rules import SWITCHES


@dataclass(frozen=True, slots=True)
class Turn:
    """Turn a switch off or on; `on` None leaves it to the file again."""

    name: str
    on: bool | None
    by: By = CLI


def turn(tx: Tx, env: Env, change: Turn) -> Outcome:
    """Set a switch. Replies how all of them stand.

    Raises:
        CallerError: there is no such switch.
    """
    if change.name not in SWITCHES:
        raise CallerError(f"no switch is called {change.name!r}: there are {', '.join(SWITCHES)}")
    tx.set_meta(_key(change.name), "" if change.on is None else "on" if change.on else "off")
    audit(tx, change.by, "switch.turned", change.name, {"on": change.on})
    return Outcome(standing(tx, env), [SwitchesChanged()])


def forget(tx: Tx, names: Iterable[str]) -> bool:
    """Leave switches to the configuration again, which has just said how they stand; whether there was one."""
    turned = [name for name in names if name in SWITCHES]
    for name in turned:
        tx.set_meta(_key(name), "")
    return bool(turned)


def standing(tx: Tx, env: Env) -> dict[str, bool]:
    """Every switch, and whether it is on."""
    return {name: is_on(tx, env, name) for name in SWITCHES}


def of_kind(kind: Kind) -> list[str]:
    """The switches that a hand-off of this kind asks for, whatever else it has."""
    if kind in SHARES:
        return ["multi_participant"]
    return ["transfers"] if kind is Kind.TRANSFER else []


def check(tx: Tx, env: Env, *names: str) -> None:
    """Refuse what one of these switches has turned off.

    Raises:
        NotAllowed (`switched_off`): it names the switch.
    """
    for name in names:
        if not is_on(tx, env, name):
            what = name.replace("_", " ")
            raise NotAllowed(f"Not done: the operator has switched off {what} ({name}).", code="switched_off")


def is_on(tx: Tx, env: Env, name: str) -> bool:
    """How a switch stands: as it was turned while running, else as the file says."""
    return (tx.get_meta(_key(name)) or ("off" if name in env.rules.switched_off else "on")) == "on"


def _key(name: str) -> str:
    return f"switch.{name}"
