"""The stories on top: straight lines of read, decide, commit, ask the gateway, decide, commit.

If the process dies between any two lines, the same call again finishes the job.
"""

from __future__ import annotations

from pushcore.usecases._reception import Reception
from pushcore.usecases.advancing import advance_campaign, unlock_stretch_goals
from pushcore.usecases.approving import (
    approve_payout,
    fix_payout_rate,
    reconsider_payout,
    refuse_milestone,
    refuse_payout,
    release_milestone,
)
from pushcore.usecases.canceling import cancel_campaign, cancel_pledge, give_back_campaign
from pushcore.usecases.changing import change_pledge, merge_pledges, transfer_pledge
from pushcore.usecases.closing import close_campaign
from pushcore.usecases.collecting import Collecting, charge_pledge, collect_pledges, replace_method
from pushcore.usecases.crediting import (
    expire_credit,
    expire_credits,
    pass_on_credit,
    spend_credit,
    state_wallet,
    withdraw_credit,
)
from pushcore.usecases.disbursing import (
    cancel_payout,
    merge_payouts,
    prepare_payouts,
    release_reserve,
    return_payout,
    withdraw_payout,
)
from pushcore.usecases.due import is_due
from pushcore.usecases.editing import edit_campaign, extend_campaign, move_goal
from pushcore.usecases.exchanging import note_exchange
from pushcore.usecases.finishing import finish_orders
from pushcore.usecases.following import follow_campaign, unfollow_campaign
from pushcore.usecases.forgetting import export_backer, forget_backer
from pushcore.usecases.fulfilling import (
    answer_survey,
    begin_fulfilment,
    cancel_fulfilment,
    change_address,
    deliver_reward,
    fail_delivery,
    lock_address,
    ship_reward,
)
from pushcore.usecases.invoicing import issue_credit_note, issue_invoice, list_uninvoiced
from pushcore.usecases.launching import announce_end, draft_campaign, launch_campaign, move_campaign
from pushcore.usecases.matching import give_lump_sum, match_pledge, open_fund
from pushcore.usecases.opening import import_opening
from pushcore.usecases.paying_out import pay_out, send_payout
from pushcore.usecases.planning import list_refunds, plan_refunds
from pushcore.usecases.pledging import expire_pledges, place_pledge
from pushcore.usecases.previewing import preview, refusals
from pushcore.usecases.publishing import count_creation, publish_creation
from pushcore.usecases.receiving import (
    deposit_contributions,
    expect_contribution,
    give_up_contribution,
    receive_contribution,
)
from pushcore.usecases.recovering import pay_back_debt, recover_debt, state_debt, write_off_debt
from pushcore.usecases.refunding import refund_pledge, retry_refunds
from pushcore.usecases.settling import settle_campaign, state_account
from pushcore.usecases.sharing import accrue_fee_share, note_fee_share, settle_fee_share
from pushcore.usecases.stating import (
    state_backer,
    state_balances,
    state_creator,
    state_everybody,
    state_pledges,
)
from pushcore.usecases.subscribing import (
    Billing,
    cancel_subscription,
    change_subscription,
    charge_due_subscriptions,
    charge_subscription,
    pause_subscription,
    resume_subscription,
    start_subscription,
)
from pushcore.usecases.telling import receive_event
from pushcore.usecases.waiting import join_waiting_list, leave_waiting_list, offer_released

__all__ = [
    "Billing",
    "Collecting",
    "Reception",
    "accrue_fee_share",
    "advance_campaign",
    "announce_end",
    "answer_survey",
    "approve_payout",
    "begin_fulfilment",
    "cancel_campaign",
    "cancel_fulfilment",
    "cancel_payout",
    "cancel_pledge",
    "cancel_subscription",
    "change_address",
    "change_pledge",
    "change_subscription",
    "charge_due_subscriptions",
    "charge_pledge",
    "charge_subscription",
    "close_campaign",
    "collect_pledges",
    "count_creation",
    "deliver_reward",
    "deposit_contributions",
    "draft_campaign",
    "edit_campaign",
    "expect_contribution",
    "expire_credit",
    "expire_credits",
    "expire_pledges",
    "export_backer",
    "extend_campaign",
    "fail_delivery",
    "finish_orders",
    "fix_payout_rate",
    "follow_campaign",
    "forget_backer",
    "give_back_campaign",
    "give_lump_sum",
    "give_up_contribution",
    "import_opening",
    "is_due",
    "issue_credit_note",
    "issue_invoice",
    "join_waiting_list",
    "launch_campaign",
    "leave_waiting_list",
    "list_refunds",
    "list_uninvoiced",
    "lock_address",
    "match_pledge",
    "merge_payouts",
    "merge_pledges",
    "move_campaign",
    "move_goal",
    "note_exchange",
    "note_fee_share",
    "offer_released",
    "open_fund",
    "pass_on_credit",
    "pause_subscription",
    "pay_back_debt",
    "pay_out",
    "place_pledge",
    "plan_refunds",
    "prepare_payouts",
    "preview",
    "publish_creation",
    "receive_contribution",
    "receive_event",
    "reconsider_payout",
    "recover_debt",
    "refund_pledge",
    "refusals",
    "refuse_milestone",
    "refuse_payout",
    "release_milestone",
    "release_reserve",
    "replace_method",
    "resume_subscription",
    "retry_refunds",
    "return_payout",
    "send_payout",
    "settle_campaign",
    "settle_fee_share",
    "ship_reward",
    "spend_credit",
    "start_subscription",
    "state_account",
    "state_backer",
    "state_balances",
    "state_creator",
    "state_debt",
    "state_everybody",
    "state_pledges",
    "state_wallet",
    "transfer_pledge",
    "unfollow_campaign",
    "unlock_stretch_goals",
    "withdraw_credit",
    "withdraw_payout",
    "write_off_debt",
]
