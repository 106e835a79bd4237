"""Reports, written by hand, as text."""
