"""The command line. Nothing heavy is imported before a command needs it, so that `--help` answers at once."""

import sys


def main() -> None:
    """Run the command line; the entry point of `batonpass` and `python -m batonpass`."""
    from batonpass.cli.app import app

    sys.exit(app(prog_name="batonpass", standalone_mode=True))
