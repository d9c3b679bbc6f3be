"""`[metrics]`: who may read the figures of the running server."""

from pydantic import Field

from batonpass.config.base import Section
from batonpass.config.webhooks import SecretPlace


class Metrics(Section):
    """`/metrics`, in the text format of Prometheus (docs/metrics.md)."""

    enabled: bool = Field(True, description="Whether there is `/metrics` at all.")
    token: SecretPlace | None = Field(
        None,
        description="Where the token is that a reader must send as a bearer. Without one only this machine reads.",
    )
