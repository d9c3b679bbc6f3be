"""What is particular to an engine, and what the engines are made of."""
