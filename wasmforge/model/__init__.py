"""Data types: frozen, compared by value. They read no files, no clock and start no processes."""
