"""What is true of the echo problem, with numpy and the standard library only."""
