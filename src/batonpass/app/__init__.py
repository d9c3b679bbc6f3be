"""The use cases: one function, one transaction, against the ports; what the core decides, they load and keep."""
