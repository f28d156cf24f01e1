"""Keras asked about models of other people: what it says of a case, the wrapper's law, a built model."""
