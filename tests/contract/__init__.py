"""What every store must do: each test here runs on each engine."""
