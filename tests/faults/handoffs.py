"""Faults in ways to hand over: warm passes, invitations, promotions, the policy, the switches."""

from batonpass.app import finding, policy, switches
from batonpass.domain import baton, leaving, passing
from batonpass.domain.case import Case
from batonpass.domain.conversation import EntryKind, Role
from batonpass.domain.due import DueKind
from batonpass.domain.handoff import Handoff
from batonpass.protocol import projection
from tests.faults import scenes
from tests.faults.catalogue import Fault
from tests.faults.plants import (
    both,
    drops_the_pass,
    keeps_the_helper,
    kind_is_public,
    moves_to_the_end,
    nothing,
    property_is,
    slot_of_the_old_role,
    without_timer,
    wrap,
)
from tests.faults.scenes import dice

G = dice(3)
"""As in the catalogue: whoever changes the moves of the game may have to name other seeds here."""

PASSES = [
    Fault(6, "a warm pass taken back leaves its receiver in", nothing(passing, "_send_out"), dice(0)),
    Fault(6, "the deadline of a warm pass is lost", without_timer(DueKind.COMPLETION), G),
    Fault(8, "nobody tells that a transfer has started", nothing(passing, "_tell_of_start"), G),
    Fault(
        6, "a pending pass goes with its giver", wrap(leaving, "_go_on_as_now", lambda _: drops_the_pass), G
    ),
    Fault(
        6,
        "two passes pend",
        wrap(Case, "pending_pass", lambda real: lambda self: None),
        scenes.a_second_pass,
        finds="uq_handoffs_pending_pass|handoffs.conversation_id",
    ),
    Fault(
        12,
        "a receiver who went is asked again",
        wrap(passing, "receiver_gone", lambda real: lambda c, h, reason, out: real(c, h, reason, h.excluded)),
        scenes.a_receiver_who_goes,
    ),
    Fault(
        5,
        "an agent is asked twice in one chat",
        both(nothing(Case, "offered_agents", frozenset()), nothing(finding, "_offered", frozenset())),
        scenes.two_chances,
    ),
]
SHARING = [
    Fault(6, "an invitation moves the baton", property_is(Handoff, "shares", lambda h: False), G),
    Fault(
        6,
        "a sixth invitation",
        lambda patch: patch.setattr(passing, "MAX_INVITATIONS", 6),
        scenes.six_invitations,
    ),
    Fault(11, "a whisper is for all", kind_is_public(EntryKind.MESSAGE), G),
    Fault(
        11, "a whisper has no readers of its own", nothing(projection, "hidden_from", False), scenes.a_whisper
    ),
    Fault(11, "the customer is told who is consulted", nothing(baton, "holds_for_customer", True), G),
]
GOING = [
    Fault(1, "a promotion keeps the old stint", wrap(baton, "change_holder", keeps_the_helper), dice(5)),
    Fault(5, "a new role has no slot of its own", wrap(baton, "take_slot", slot_of_the_old_role), G),
    Fault(10, "a helper does not count as somebody left", nothing(leaving, "_earliest_helper"), dice(5)),
    Fault(
        10,
        "a bot is promoted",
        wrap(
            leaving,
            "_earliest_helper",
            lambda _: lambda case: next((s for s in case.live() if s.role is not Role.HOLDER), None),
        ),
        G,
    ),
]
POLICY = [
    Fault(6, "silence has no end", without_timer(DueKind.IDLE), dice(7)),
    Fault(12, "overflow loses the waiting time", wrap(passing, "move", moves_to_the_end), dice(7)),
    Fault(12, "hand-back by itself never stops", nothing(policy, "_stopped"), dice(7)),
    Fault(
        12,
        "what falls through is not bound by the ladder",
        wrap(
            finding,
            "_ladder",
            lambda real: lambda h, steps: frozenset() if h.target.type == "agent" else real(h, steps),
        ),
        dice(4),
    ),
    Fault(
        4, "a switch is not asked", nothing(switches, "check"), scenes.a_switch_off, finds="are switched off"
    ),
]

FAULTS = [*PASSES, *SHARING, *GOING, *POLICY]
