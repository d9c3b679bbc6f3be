"""The configuration as the use cases work with it."""

from batonpass.app.outcome import Env
from batonpass.config import Config
from batonpass.domain.agents import AgentKind


def env_of(config: Config, version: int = 0) -> Env:
    """What transactions decide by under this configuration."""
    people = frozenset(spec.id for spec in config.agents() if spec.kind is AgentKind.REPRESENTATIVE)
    return Env(config.rules(), config.words(), version=version, people=people)
