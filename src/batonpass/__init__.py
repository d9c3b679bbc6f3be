"""Batonpass: a hand-off switchboard between customers, bot agents and human representatives."""

__version__ = "0.1.0"
