"""One use case a file: what each command does, without parsing or printing."""
