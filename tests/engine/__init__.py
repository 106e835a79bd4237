"""The engine, and the text of its tensors."""
