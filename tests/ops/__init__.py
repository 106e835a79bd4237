"""The operations: what follows from their declarations, and what PyTorch answered."""
