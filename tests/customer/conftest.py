"""Assertions of the house explain themselves, as those of tests do."""

import pytest

pytest.register_assert_rewrite("tests.handoffs.house")
