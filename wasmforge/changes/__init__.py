"""What changed: git, links, the configuration, a watched folder; and which components that affects."""
