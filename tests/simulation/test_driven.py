"""Which use cases no simulated world drives, and why."""

import re
from inspect import isfunction
from pathlib import Path

from pushcore import usecases
from pushcore.testing import simulation

GOODS = "moves rewards, and no money"
TERMS = "changes terms: what follows of those is as in campaigns that had them from the start"
HEARD = "tells people something, and moves no money"
PART = "is a part of a read or a job that is driven"
ELSEWHERE = "has histories of its own"

UNDRIVEN = {
    "announce_end": HEARD,
    "follow_campaign": HEARD,
    "unfollow_campaign": HEARD,
    "answer_survey": GOODS,
    "begin_fulfilment": GOODS,
    "cancel_fulfilment": GOODS,
    "change_address": GOODS,
    "deliver_reward": GOODS,
    "fail_delivery": GOODS,
    "lock_address": GOODS,
    "ship_reward": GOODS,
    "edit_campaign": TERMS,
    "extend_campaign": TERMS,
    "move_goal": TERMS,
    "change_subscription": TERMS,
    "replace_method": TERMS,
    "count_creation": ELSEWHERE,  # tests/machine/test_subscription_flow.py
    "publish_creation": ELSEWHERE,
    "import_opening": ELSEWHERE,  # tests/books/test_opening.py
    "preview": ELSEWHERE,  # tests/usecases/test_previewing.py
    "expire_credit": PART,
    "is_due": PART,
    "state_debt": PART,
    "state_everybody": PART,
    "state_wallet": PART,
    "unlock_stretch_goals": PART,
}


def test_every_other_use_case_is_driven():
    code = "".join(path.read_text("utf-8") for path in Path(simulation.__file__).parent.glob("*.py"))
    known = {name for name in usecases.__all__ if isfunction(getattr(usecases, name))}
    driven = {name for name in known if re.search(rf"usecases\.{name}\(", code)}
    assert known - driven - {"refusals", "state_account"} == set(UNDRIVEN)
