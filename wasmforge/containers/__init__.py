"""Runs commands in containers: the engine, images, and what goes in and comes out."""
