"""Brings what others published onto this machine: downloads files, verifies and extracts archives, applies patches."""
