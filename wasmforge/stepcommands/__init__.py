"""Programs of ours that recipes run as build steps."""
