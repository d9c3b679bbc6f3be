"""Checks on the code itself that no tool off the shelf does. Each has a planted fault that it finds."""
