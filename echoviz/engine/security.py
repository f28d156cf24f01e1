"""The certificate by which a server and its own workers know each other; nobody else ever sees it."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from distributed import Security

FROM, UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def make_security() -> Security:
    """A key and a certificate of its own for each start, in memory only.

    `Security.temporary()` of Dask makes one that is valid from the start on, for a year. A clock that is set
    back, as at boot once the time is known, and a server that runs for longer then refuse every new worker:
    after the next one that is lost nothing trains any more. The key lasts as long as the server, so the
    dates say nothing, and ours do not end.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dask-internal")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .sign(key, hashes.SHA256())
    )
    told = certificate.public_bytes(serialization.Encoding.PEM).decode()
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    roles = ("client", "scheduler", "worker")
    return Security(
        require_encryption=True,
        tls_ca_file=told,
        **{f"tls_{role}_cert": told for role in roles},
        **{f"tls_{role}_key": kept for role in roles},
    )
