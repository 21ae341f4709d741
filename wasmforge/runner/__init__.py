"""Runs the actions of a plan: scheduling, the action cache, private directories, launching."""
