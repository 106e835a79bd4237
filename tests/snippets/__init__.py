"""Programs as people write them, and what PyTorch prints for them."""
