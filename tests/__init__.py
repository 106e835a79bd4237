"""The tests: one folder a room, and transcripts, cli and architecture beside them."""
