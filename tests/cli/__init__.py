"""The command line, run as a process: streams, exit codes, pipes."""
