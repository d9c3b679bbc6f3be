"""The demo: its judge, its tap, and the whole of it, played small."""
