"""What screening shows of owners: who they are, what that means, and where they lead."""

from collections.abc import Iterable
from datetime import date, datetime

from pydantic import BaseModel

from services.screening.domain import Flag, Ownership, Screening
from services.screening.domain.conclusion import Conclusion
from services.screening.domain.haven import FlaggedTie
from services.screening.domain.watch import Watch
from shared.domain import Caller
from shared.events.screening import OwnerShare
from shared.events.words import Share


class OwnerView(BaseModel):
    """One holding. Without an owner the statement gave a reason instead."""

    owner_id: str | None
    name: str
    direct: Share | None
    indirect: Share | None
    votes: Share | None
    board: bool
    influence: tuple[str, ...]
    reason_unknown: str


class FlagView(BaseModel):
    """What listed owners mean for a company, for one buyer."""

    flag_id: str
    buyer_id: str
    verdict: str
    share: Share | None
    owner_ids: tuple[str, ...]
    hit_ids: tuple[str, ...]
    path: tuple[str, ...]
    reason: str


class ConclusionView(BaseModel):
    """What a rule about owners says: yes, no, unknown, or that a person must look."""

    rule: str
    verdict: str
    reason: str
    share: Share | None
    owner_ids: tuple[str, ...]
    path: tuple[str, ...]
    owners: tuple[OwnerShare, ...]


class TieView(BaseModel):
    """A tie to a country on a dated list; with `ended`, one that was."""

    flag_id: str
    whose: str
    country: str
    subject_id: str
    path: tuple[str, ...]
    list_name: str
    list_date: date
    rule: str
    since: datetime
    ended: datetime | None


class AccountView(BaseModel):
    """Into which account a source pays; of the number, the last signs."""

    source: str
    shown: str
    country: str | None
    bank_country: str | None


class NoticeView(BaseModel):
    """A noted change of control, open until a statement answers it."""

    notice_id: str
    buyer_id: str
    source: str
    happened: date
    noted: datetime
    answered_by: str | None
    what: str
    by: str


class OwnershipView(BaseModel):
    """All that is known of who owns a party, and what follows from it."""

    party_id: str
    declared: bool
    as_of: str | None
    document_id: str
    declared_by: str
    owners: list[OwnerView]
    owns: tuple[str, ...]
    flags: list[FlagView]
    conclusions: list[ConclusionView]
    ties: list[TieView]
    accounts: list[AccountView]
    notices: list[NoticeView]


def ownership_view(
    screening: Screening,
    node: Ownership | None,
    names: dict[str, str],
    flags: Iterable[Flag],
    conclusions: Iterable[Conclusion],
    watch: Watch | None,
    caller: Caller,
) -> OwnershipView:
    return OwnershipView(
        party_id=screening.party_id,
        declared=node is not None,
        as_of=node.as_of.isoformat() if node and node.as_of else None,
        document_id=node.document_id if node else "",
        declared_by=node.declared_by if node else "",
        owners=[
            OwnerView(name=names.get(one.owner_id or "", ""), **one.model_dump(exclude={"person"}))
            for one in (node.holdings if node else ())
        ],
        owns=screening.owns,
        flags=[
            FlagView(flag_id=flag.id, **flag.model_dump(include=set(FlagView.model_fields)))
            for flag in flags
            if caller.serves(flag.buyer_id)
        ],
        conclusions=[ConclusionView(**one.model_dump()) for one in conclusions],
        ties=[_tie(one) for one in (*screening.ties, *screening.former_ties)],
        accounts=[
            AccountView(**one.model_dump(include=set(AccountView.model_fields)))
            for one in screening.accounts
        ],
        notices=[
            NoticeView(notice_id=n.id, **n.model_dump(include=set(NoticeView.model_fields)))
            for n in (watch.notices if watch else ())
            if not n.buyer_id or caller.serves(n.buyer_id)
        ],
    )


def _tie(tie: FlaggedTie) -> TieView:
    return TieView(**tie.model_dump(include=set(TieView.model_fields)))
