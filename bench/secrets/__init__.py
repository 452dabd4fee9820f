"""How many secrets are found, and how much else: a generated labelled set, and source distributions."""
