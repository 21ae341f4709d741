"""Tests of what holds commands to their policies; nothing is started."""
