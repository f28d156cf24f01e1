"""The page as a public server: who may come in, what may be sent, how much of it; pure ASGI."""
