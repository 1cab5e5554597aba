"""The wire form of the API: what clients of the real service send, and what they can read."""
