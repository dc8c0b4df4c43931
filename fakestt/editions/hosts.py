"""The vendor's hosts, of all editions."""

from __future__ import annotations

__all__ = ["VENDOR_HOSTS"]

# The names that the service and its token service have, or had, on the net, and a name of our own.
VENDOR_HOSTS = (
    "api.*.speech-to-text.watson.cloud.ibm.com",  # cloud2025; the default of the SDKs is us-south
    "api.private.*.speech-to-text.watson.cloud.ibm.com",  # the same within the vendor's own network
    "stream.watsonplatform.net",  # the cloud until 2021; still in many clients
    "stream-*.watsonplatform.net",  # the same in fra
    "gateway-*.watsonplatform.net",  # the same in wdc, syd, tok, lon, seo
    "iam.cloud.ibm.com",  # tokens
    "private.iam.cloud.ibm.com",  # tokens within the vendor's own network
    "private.*.iam.cloud.ibm.com",  # the same of one location
    "iam.bluemix.net",  # tokens, for clients older than 2019
    "fakestt.test",  # nobody else's: .test is reserved (RFC 2606)
)
