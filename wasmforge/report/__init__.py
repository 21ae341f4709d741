"""The voice: events and nouns into words. It prints and takes no part."""
