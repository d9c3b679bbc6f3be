"""`batonpass simulate`: a morning at a busy desk in virtual time, on the real use cases and a real store."""
