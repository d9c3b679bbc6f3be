"""`python -m batonpass` is `batonpass`."""

from batonpass.cli import main

main()
