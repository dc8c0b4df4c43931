"""A family of one's own goes through machine, world, snapshot, scripts, clock, reports and documents as any other."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace

import pytest
from core_rig import OWNER, add, make_model, objection
from lamps import LAMPS, Lamp, Light, Switch, hang, press, smash, steps

from fakestt.contract.cells import cell_text
from fakestt.contract.state_diagram import arrows
from fakestt.core.acoustic.commands import delete_acoustic_model
from fakestt.core.changes import ByActivity, ByCommand, ByHand, Change
from fakestt.core.families import FAMILIES
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity, Address
from fakestt.core.snapshot import found, restore, snapshot
from fakestt.core.world import World
from fakestt.editions import EDITIONS
from fakestt.editions.guesses import guesses
from fakestt.errors import StateError
from fakestt.journal.happened import Happened
from fakestt.journal.report import report
from fakestt.scripts import Script
from fakestt.service import Service
from fakestt.timing.fake_clock import FakeClock
from fakestt.timing.shared_time import SharedTime

ALL = (*FAMILIES, LAMPS)
ICP2018 = EDITIONS["icp2018"]


class Rig:
    """A service with lamps, its clock and its script."""

    def __init__(self) -> None:
        self.time = SharedTime("manual", 0.0)
        self.service = Service.start(edition=ICP2018, clock=self.time, auth=None, owner=OWNER, seed=0, families=ALL)
        self.time.add(self.service)
        self.clock = FakeClock(self.service, self.time)
        self.script = Script(self.service)
        self.model = make_model(self.world)
        self.lamp = hang(self.world, self.model, "red")

    @property
    def world(self) -> World:
        return self.service.world

    def texts(self) -> list[str]:
        return [str(change) for change in self.world.machine.changes if change.subject.family == "lamp"]


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_a_lamp_is_made_lit_and_smashed(rig: Rig) -> None:
    press(rig.world, rig.lamp)
    assert objection(press, rig.world, rig.lamp) is Why.BUSY
    assert rig.clock.pending() == [(2.0, f"{rig.model.id}/red", "upgrade")]
    change = rig.clock.advance_to_next()
    assert change is not None
    assert (change.at_s, change.before, change.after, change.cause) == (2.0, Light.WARMING, Light.ON, "upgrade")
    assert objection(press, rig.world, rig.lamp) is Why.UNMODIFIED
    smash(rig.world, rig.lamp)
    name = f"{rig.model.id}/red"
    assert rig.texts() == [
        f"{name}: (new) -> off by hand",
        f"{name}: off -> warming by pressLamp",
        f"{name}: warming -> on by upgrade",
        f"{name}: on -> (gone) by smashLamp",
    ]
    assert rig.model.updated_at_s == 2.0


def test_a_script_for_an_activity_is_for_every_family_that_has_it(rig: Rig) -> None:
    rig.script.upgrade("red", takes="1m", fails="too dark")
    press(rig.world, rig.lamp)
    rig.clock.advance("1m")
    assert (rig.lamp.lit, rig.lamp.error) == (False, "too dark")
    assert rig.world.machine.changes[-1].cause == ByActivity(Activity.UPGRADE, "failed", spoiled=True)


def test_a_script_can_be_narrowed_to_one_family(rig: Rig) -> None:
    rig.script.acoustic.upgrade(takes="1m")
    Script(rig.service, families=("language model",)).upgrade(stalls=True)
    press(rig.world, rig.lamp)
    assert [due.at_s for due in rig.clock.pending()] == [2.0]
    other = hang(rig.world, rig.model, "green")
    Script(rig.service, families=("lamp",)).upgrade(takes="1m")
    press(rig.world, other)
    assert [due.at_s for due in rig.clock.pending()] == [60.0, 60.0]  # what is going on is planned anew


def test_a_snapshot_holds_all_of_it_and_has_the_same_future(rig: Rig) -> None:
    press(rig.world, rig.lamp)
    state = json.loads(json.dumps(snapshot(rig.world)))
    rig.clock.advance("1h")
    later = snapshot(rig.world)
    copied = Rig()
    restore(copied.world, state)
    lamp = found(copied.world, rig.lamp.address)
    assert isinstance(lamp, Lamp)
    assert (lamp.colour, lamp.activity, lamp.model.id) == (1 + 2j, Activity.UPGRADE, rig.model.id)
    copied.clock.advance("1h")
    assert snapshot(copied.world) == later
    with pytest.raises(StateError, match="not a snapshot"):
        restore(World(copied.time, ICP2018.limits, ICP2018.base_models, 0, FAMILIES), state)  # which knows no lamps


@pytest.mark.parametrize("cause", [ByHand(), ByCommand("x"), ByCommand("x", True), ByActivity(Activity.UPGRADE, "a")])
def test_a_change_survives_a_copy_and_a_pickle(rig: Rig, cause: ByHand) -> None:
    change = Change(1.0, rig.lamp.address, None, None, cause)
    for twin in (copy.deepcopy(change), pickle.loads(pickle.dumps(change))):
        assert twin == change
        assert (type(twin.cause), twin.subject.family, twin.subject.name) == (type(cause), "lamp", "red")


def test_an_address_names_family_owner_model_and_itself(rig: Rig) -> None:
    of_lamp, of_model = rig.lamp.address, rig.model.address
    assert (of_lamp.family, of_lamp.owner, of_lamp.id, of_lamp.name) == ("lamp", OWNER, rig.model.id, "red")
    assert (of_model, of_model.family, of_model.name) == (rig.model.id, "acoustic model", "car")
    assert isinstance(of_lamp, Address)
    twin = make_model(rig.world)
    assert twin.address != of_model
    assert twin.address.name == of_model.name


def test_what_goes_with_its_model_is_due_no_more(rig: Rig) -> None:
    press(rig.world, rig.lamp)
    delete_acoustic_model(rig.world, rig.model)
    assert rig.clock.pending() == []
    assert rig.texts()[-1] == f"{rig.model.id}/red: warming -> (gone) by deleteAcousticModel"


def test_two_families_may_have_a_name_in_common(rig: Rig) -> None:
    namesake = add(rig.world, rig.model, "red")
    assert namesake.address == rig.lamp.address  # as texts
    machine = rig.world.machine
    for one in (namesake, rig.lamp):
        history = machine.history(one.family, one.address)
        assert [change.subject.family for change in history] == [one.family]


def test_a_report_tells_of_it(rig: Rig) -> None:
    press(rig.world, rig.lamp)
    changes = rig.world.machine.unseen_changes()
    text = report(Happened(started_at_s=0.0, now_s=0.0, later=changes, due=rig.clock.planned()))
    assert "car/red: off -> warming by pressLamp" in text
    assert "still due: upgrade of car/red at +0:00:02, in 2 s" in text


def test_its_states_are_drawn() -> None:
    assert [(one.before, one.cause, one.after) for one in arrows(LAMPS, ICP2018.limits, ALL)] == [
        (None, "hand", Light.OFF),
        (Light.OFF, "smashLamp", None),
        (Light.OFF, "pressLamp", Light.WARMING),
        (Light.WARMING, "smashLamp", None),
        (Light.WARMING, "upgrade fused", Light.OFF),
        (Light.WARMING, "upgrade ends", Light.ON),
        (Light.ON, "smashLamp", None),
    ]


def test_its_states_are_drawn_alike_in_whatever_order_its_steps_are_tried() -> None:
    other = replace(LAMPS, walk=replace(LAMPS.walk, steps=lambda limits: reversed([*steps(limits)])))  # type: ignore[type-var]  # it has a walk
    drawn = [arrows(lamps, ICP2018.limits, (*FAMILIES, lamps)) for lamps in (LAMPS, other)]
    assert drawn[0] == drawn[1]


def test_a_step_that_changes_facts_alone_leads_on_as_well() -> None:
    def light(world: World, lamp: Lamp) -> None:
        lamp.lit = True

    other = replace(LAMPS, walk=replace(LAMPS.walk, steps=lambda limits: [light, smash]))  # type: ignore[type-var]  # it has a walk
    drawn = arrows(other, ICP2018.limits, (*FAMILIES, other))
    assert [(arrow.before, arrow.after) for arrow in drawn] == [(None, Light.OFF), (Light.OFF, None), (Light.ON, None)]


def test_its_cells_and_guesses_are_told() -> None:
    assert cell_text(ICP2018, LAMPS, Switch.PRESS, Light.WARMING) == "refused busy (409)"
    assert cell_text(ICP2018, LAMPS, Switch.PRESS, Light.ON) == "refused unmodified (400)"
    assert cell_text(ICP2018, LAMPS, Switch.SMASH, Light.ON) == "allowed"
    named = {guess.name for guess in guesses(ICP2018, ALL)} - {guess.name for guess in guesses(ICP2018)}
    assert named == {f"smashLamp x {phase.name.lower()}" for phase in Light} | {"a lamp has one colour"}
