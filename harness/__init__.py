"""What tests and benchmarks share: a server as visitors reach it, and the browser that visits it."""
