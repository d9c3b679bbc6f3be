"""Webhooks out: what is posted, where it may go, who sends it. `app.outbox` says what waits and what comes next."""
