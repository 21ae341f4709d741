"""The command line: one command a file; parses, prints, and returns an exit code."""
