"""Scenarios and what is reported of them."""
