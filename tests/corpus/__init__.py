"""Upstream C and C++ projects, each with the forge.toml that a person would write for it; see docs/corpus.md."""
