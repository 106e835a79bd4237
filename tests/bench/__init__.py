"""Benchmarks: run once by the tests so that they cannot rot, timed by hand."""
