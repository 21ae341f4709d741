"""Checks of everything that is read, before anything is planned."""
