"""PyTorch as the oracle: random programs of the language, run there and here."""
