"""`batonpass.toml`: read, checked with errors an operator can act on, and turned into the core's rules."""

from batonpass.config.documents import Change, Document, diff, document_of, with_document
from batonpass.config.loader import Override, load_config
from batonpass.config.problems import ConfigError, Problem
from batonpass.config.result import AgentSpec, Config, MemberSpec

__all__ = [
    "AgentSpec",
    "Change",
    "Config",
    "ConfigError",
    "Document",
    "MemberSpec",
    "Override",
    "Problem",
    "diff",
    "document_of",
    "load_config",
    "with_document",
]
