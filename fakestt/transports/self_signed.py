"""An application behind a certificate that nobody has signed but itself: a client that verifies does not talk to it.

In process no TLS is spoken. What a client would find is told from its own context: whether that verifies at all, and
whether the certificate is among those that it trusts. The certificate is for that alone, so its key was never kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakestt.transports.reply import App, StartResponse

if TYPE_CHECKING:
    import ssl

__all__ = ["CA_FILE", "SelfSigned"]

CA_FILE = Path(__file__).with_name("self_signed.pem")

# The number and words of OpenSSL's X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT.
_CODE, _WORDS = 18, "self-signed certificate"


class SelfSigned:
    """The application, for requests by http and for clients that need no better certificate."""

    __slots__ = ("_app",)

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        return self._app(environ, start_response)

    @staticmethod
    def refusal(*contexts: ssl.SSLContext | None) -> ssl.SSLCertVerificationError | None:
        """Return what a handshake raises in a client that has these contexts, or None if one of them is content."""
        import ssl

        for context in filter(None, contexts):
            if context.verify_mode is ssl.CERT_NONE or _certificate() in context.get_ca_certs(binary_form=True):
                return None
        error = ssl.SSLCertVerificationError(1, f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {_WORDS}")
        error.library, error.reason = "SSL", "CERTIFICATE_VERIFY_FAILED"
        error.verify_code, error.verify_message = _CODE, _WORDS
        return error


@cache
def _certificate() -> bytes:
    import ssl

    return ssl.PEM_cert_to_DER_cert(CA_FILE.read_text(encoding="ascii"))
