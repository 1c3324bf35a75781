"""The desk as people meet it: a real server with real data, driven by a real browser."""
