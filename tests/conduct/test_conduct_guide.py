"""The guide's table has all rules with their sources, and its example is a finding as it really is."""

from __future__ import annotations

import re
from pathlib import Path

from conduct_clients import training_every_ten_seconds
from conduct_rig import Client, all_of, watched

from fakestt.conduct.watch import RULES

GUIDE = (Path(__file__).parents[2] / "fakestt" / "guide" / "conduct.md").read_text(encoding="utf-8")


def test_the_table_has_all_rules_with_their_sources() -> None:
    rows = [line.strip("| ").split(" | ") for line in GUIDE.splitlines() if line.startswith("| `")]
    told = {name.strip("`"): re.findall(r"`([^`]+#[^`]+)`", sources) for name, _, sources in rows}
    assert told == {name: [str(how).removeprefix("icp2018 ") for how in rule.hows] for name, rule in RULES.items()}


def test_the_example_is_what_is_found() -> None:
    with watched() as stt:
        training_every_ten_seconds(stt, Client(stt))
    [example] = re.findall(r"^```text\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    [finding] = all_of(stt)
    assert f"{finding}\n" == example
