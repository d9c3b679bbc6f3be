"""Text helpers that plugins and the host share: what may be shown, what stands where, what is a secret.

Standard library only. Plugin authors import these names from ``batonpass.plugin_api``.
"""

from batonpass.plugin_text.clean import clean_text, compact, digit_tokens, normal, stands_in
from batonpass.plugin_text.said import is_secret_name
from batonpass.plugin_text.secrets import (
    HIDDEN,
    holds_secret,
    mask,
    protected_values,
    secret_values,
    secrets_in,
)

__all__ = [
    "HIDDEN",
    "clean_text",
    "compact",
    "digit_tokens",
    "holds_secret",
    "is_secret_name",
    "mask",
    "normal",
    "protected_values",
    "secret_values",
    "secrets_in",
    "stands_in",
]
