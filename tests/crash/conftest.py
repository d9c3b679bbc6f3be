"""Assertions of the helpers here explain themselves, as those of tests do."""

import pytest

pytest.register_assert_rewrite("tests.crash.runs", "tests.crash.verdict")
