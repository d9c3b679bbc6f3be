"""The pure core: values, tables and rules. Nothing here awaits, reads a clock, draws a number or does I/O."""
