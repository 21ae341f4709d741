"""Finds toolchains on this machine and computes their identities."""
