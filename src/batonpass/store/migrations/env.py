"""Run by Alembic: migrate on the connection, and in the transaction, that `batonpass.store.migrate` gives."""

from alembic import context

from batonpass.store.migrate import options

connection = context.config.attributes["connection"]
context.configure(connection=connection, **options())
context.run_migrations()
