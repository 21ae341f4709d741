"""The content-addressed store of action results, and the cache folder around it."""
