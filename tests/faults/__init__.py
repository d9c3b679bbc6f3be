"""Faults planted one at a time: each must be found by the one detector that its row names."""
