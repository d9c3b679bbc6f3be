"""`batonpass.toml`: read, checked with errors an operator can act on, and turned into the core's rules."""

from batonpass.config.loader import Override, load_config
from batonpass.config.problems import ConfigError, Problem
from batonpass.config.result import AgentSpec, Config, MemberSpec

__all__ = ["AgentSpec", "Config", "ConfigError", "MemberSpec", "Override", "Problem", "load_config"]
