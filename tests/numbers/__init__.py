"""What carries values: Python numbers, arrays, and functions of both."""
