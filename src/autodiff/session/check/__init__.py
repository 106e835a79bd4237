"""Derivatives found three ways and compared: autograd, the written one, differences."""

__all__: list[str] = []
