"""These tests play with many neighbours; where one of them is missing, the folder is left out.

pip install aiohttp backoff pytest-asyncio pytest-timeout tenacity time-machine
"""

from importlib.util import find_spec

NEIGHBOURS = ("aiohttp", "backoff", "pytest_asyncio", "pytest_timeout", "tenacity", "time_machine")

if any(find_spec(name) is None for name in NEIGHBOURS):
    collect_ignore_glob = ["test_*.py"]
