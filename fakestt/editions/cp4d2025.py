"""Cloud Pak for Data and Software Hub, as documented in February 2025. Two rows differ from the cloud."""

from __future__ import annotations

from fakestt.core.provenance import Assumed, Source
from fakestt.editions.cloud2025 import CLOUD2025

__all__ = ["CP4D2025"]

CP4D2025 = CLOUD2025.but(
    name="cp4d2025",
    title="IBM Cloud Pak for Data / Software Hub (2025)",
    rows={
        "max_audio_s": (200 * 3600.0, Source("cloud2025 acoustic-resource.md", "audioMaximum")),
        "credentials": (frozenset({"bearer"}), Source("ibm-cloud-sdk-core 3.28.0", "CloudPakForDataAuthenticator")),
        "path_prefixes": (
            ("/speech-to-text/{release}/instances/{guid}/api",),
            Source("ibm-watson 11.2.0 README.md", "cloud-pak-for-data"),
        ),
        "knows_lite_plan": (False, Assumed("a plan of the public cloud")),
    },
)
