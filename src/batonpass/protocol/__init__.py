"""The wire: every name and shape exists once, here. `batonpass protocol` prints the reference from it."""
