"""Alembic's script folder: `versions/` holds the steps, the same files for both engines."""
