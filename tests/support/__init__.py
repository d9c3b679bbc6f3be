"""Helpers that tests share. Nothing here stands in for a part of the product."""
