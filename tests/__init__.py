"""Tests of Batonpass. They mirror src; beside it contract/ (every store), faults/, e2e/, bench/, quality/."""
