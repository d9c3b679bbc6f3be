"""`[identity.SITE]`: sites that sign for who their customers are."""

from typing import Annotated

from pydantic import Field

from batonpass.config.base import Expected, Section
from batonpass.config.webhooks import SecretPlace


class Identity(Section):
    """A site that signs for its customers: a JWT (HS256) with `iss` the name of this table, `sub` and `exp`."""

    secrets: Annotated[
        list[SecretPlace],
        Field(
            min_length=1,
            max_length=2,
            description="Where its signing secrets are, each of 32 characters or more; two while one takes the "
            "other's place.",
        ),
        Expected('one or two places of secrets, each "env:NAME" or "file:PATH"'),
    ]
