"""The headers that tell a browser what this page may do, and who may show it in a frame."""

from __future__ import annotations

from echoviz.hosting.settings import Settings

POLICY = {
    "default-src": "'self'",
    # Streamlit's page starts with an inline script and mounts our components from blob: addresses.
    "script-src": "'self' 'unsafe-inline' blob:",
    "style-src": "'self' 'unsafe-inline'",  # both Streamlit and Plotly write their rules at run time
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "frame-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


def security_headers(settings: Settings) -> list[tuple[bytes, bytes]]:
    """Names and values, for every answer of the server.

    `X-Frame-Options` knows no list of pages: it is sent only where no other page may show ours.
    """
    policy = POLICY | {"frame-ancestors": " ".join(settings.frame_ancestors)}
    headers = {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }
    if settings.frame_ancestors == ("'self'",):
        headers["x-frame-options"] = "SAMEORIGIN"
    return [(name.encode(), value.encode()) for name, value in headers.items()]
