"""The runtime `chromium`: pages in a headless browser."""
