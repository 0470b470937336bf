"""Changes of somebody in a chain: notice is given, and the buyer may have to agree first.

Directive 2014/24/EU Art 71(5) has the contractor tell every change. Whether the buyer has a say in
it, and how long it takes to answer, is for the contract's clause; nothing is agreed to by silence.
"""

from datetime import date, datetime

from services.subcontractors.domain.chain import Chain
from services.subcontractors.domain.deeds import Deed
from services.subcontractors.domain.ids import id_of
from services.subcontractors.domain.members import Member
from services.subcontractors.domain.roster import Change, Notice
from shared.domain import Rejected
from shared.events.base import Need
from shared.events.subcontractors import (
    SubcontractorChanged,
    SubcontractorChangeNotified,
    SubcontractorChangeRefused,
)
from shared.events.words import Right


def give_notice(
    chain: Chain,
    party_id: str,
    change: Change,
    effective: date,
    reason: str,
    deed: Deed,
    due: datetime,
) -> Notice:
    """A change that waits for an answer where a clause says so, and else takes effect.

    The same notice twice is one. Raises `Rejected` where nothing would be another.
    """
    member = chain.must_have(party_id)
    changed = tuple(change.against(member))
    if not changed:
        raise Rejected(f"all of this is so already: nothing about {party_id} would change")
    _must_fit(chain, member, change)
    for known in chain.notices:
        same = (known.party_id, known.change, known.effective) == (party_id, change, effective)
        if same and known.stage == "open":
            return known
    notice = Notice(
        id=id_of("notice", chain.id, str(len(chain.notices))),
        party_id=party_id,
        change=change,
        changed=changed,
        effective=effective,
        by=deed.by,
        reason=reason,
        given=deed.now,
        due=due,
    )
    if chain.clause_with(Right.APPROVE_SUBCONTRACTOR):
        chain.notices = (*chain.notices, notice)
        chain.announce(_notified(chain, notice))
    else:
        taken = notice.model_copy(update={"stage": "approved", "answer": "no clause asks for it"})
        chain.notices = (*chain.notices, taken)
        _take_effect(chain, taken, deed, settles=())
    return notice


def _must_fit(chain: Chain, member: Member, change: Change) -> None:
    if change.parent_id is not None:
        if chain.tier_below(change.parent_id) is None:
            raise Rejected(f"{change.parent_id} is not on {chain.id}", field="parent_id")
        if member.party_id in chain.path_to(change.parent_id):
            raise Rejected(
                f"{change.parent_id} works under {member.party_id}: nobody hires who hires it",
                field="parent_id",
            )
    if change.ends is not None and change.ends <= member.starts:
        raise Rejected(f"it starts on {member.starts}: it ends after that", field="ends")


def need_of(notice: Notice, chain: Chain) -> str:
    return f"approve-change/{chain.id}/{notice.id}"


def _notified(chain: Chain, notice: Notice) -> SubcontractorChangeNotified:
    return SubcontractorChangeNotified(
        notice_id=notice.id,
        contract_id=chain.id,
        buyer_id=chain.buyer_id,
        party_id=notice.party_id,
        changed=notice.changed,
        effective=notice.effective,
        by=notice.by,
        reason=notice.reason,
        need=Need(
            id=need_of(notice, chain),
            kind="approve-change",
            role="officer",
            buyer_id=chain.buyer_id,
            due=notice.due,
            about=chain.id,
        ),
    )


def agree(chain: Chain, notice_id: str, reason: str, deed: Deed) -> None:
    """The buyer agrees; the change takes effect on its day, and not before today."""
    notice = _open(chain, notice_id)
    chain.must_have(notice.party_id)
    _answer(chain, notice, "approved", reason, deed)
    _take_effect(chain, notice, deed, settles=(need_of(notice, chain),))


def refuse_change(chain: Chain, notice_id: str, reason: str, deed: Deed) -> None:
    notice = _open(chain, notice_id)
    _answer(chain, notice, "refused", reason, deed)
    chain.announce(
        SubcontractorChangeRefused(
            notice_id=notice.id,
            contract_id=chain.id,
            buyer_id=chain.buyer_id,
            party_id=notice.party_id,
            by=deed.by,
            reason=reason,
            settles=(need_of(notice, chain),),
        )
    )


def drop_notices(chain: Chain, deed: Deed) -> None:
    """Who has left needs no answer any more."""
    for notice in chain.notices:
        if notice.stage == "open" and chain.without(notice.party_id):
            refuse_change(chain, notice.id, "it no longer works on the contract", deed)


def _open(chain: Chain, notice_id: str) -> Notice:
    for notice in chain.notices:
        if notice.id == notice_id:
            if notice.stage != "open":
                raise Rejected(f"{notice_id} is {notice.stage} already: {notice.answer}")
            return notice
    waiting = ", ".join(n.id for n in chain.notices if n.stage == "open") or "none"
    raise Rejected(f"{chain.id} has no notice {notice_id}; open are: {waiting}")


def _answer(chain: Chain, notice: Notice, stage: str, reason: str, deed: Deed) -> None:
    answered = notice.model_copy(update={"stage": stage, "answered_by": deed.by, "answer": reason})
    chain.notices = tuple(answered if n is notice else n for n in chain.notices)


def _take_effect(chain: Chain, notice: Notice, deed: Deed, settles: tuple[str, ...]) -> None:
    member, change = chain.must_have(notice.party_id), notice.change
    effective = max(notice.effective, deed.today)
    update = change.against(member)
    if change.parent_id is not None and (tier := chain.tier_below(change.parent_id)):
        update |= {"tier": tier, "stated": tuple({*member.stated, "parent_id"})}
    chain.revise(deed, member.party_id, f"changed: {', '.join(notice.changed)}")
    changed = member.from_day(effective, **update)
    chain.keep(tuple(changed if m is member else m for m in chain.members))
    chain.retier(changed.party_id)
    chain.announce(
        SubcontractorChanged(
            contract_id=chain.id,
            buyer_id=chain.buyer_id,
            party_id=changed.party_id,
            changed=notice.changed,
            effective=effective,
            parent_id=changed.parent_id,
            tier=changed.tier,
            share=changed.share,
            service=changed.service,
            role=changed.role,
            place=changed.place,
            place_country=changed.place_country,
            ends=changed.ends,
            chain_version=chain.chain_version,
            by=notice.by,
            reason=notice.reason,
            notice_id=notice.id,
            settles=settles,
        )
    )
