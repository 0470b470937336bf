"""Two owners are listed: one company is blocked and must go, the other may go on."""

from shared.events.breaches import (
    BreachConfirmed,
    BreachFlagged,
    ConsequenceOrdered,
    ContractorInstructed,
    DecisionApproved,
    DecisionProposed,
    InterimMeasureOrdered,
    SecondApprovalGiven,
    Track,
)
from shared.events.onboarding import OwnershipDeclared
from shared.events.screening import (
    CoverageStated,
    HitConfirmed,
    HitRaised,
    ListUpdated,
    OwnershipFlagged,
)
from shared.events.subcontractors import ExposureEnded, ExposureFound, ReplacementDemanded
from shared.events.words import CauseKind, Status
from shared.story.chapters.beginning import contract_of, publish
from shared.story.player import Player
from shared.story.samples import Listed

ASSET_FREEZE = "SAN-AF"
BLOCK_REASON = "Listed owner holds 60 %; identity shown by name, birth date and nationality."


async def owners_are_listed(p: Player) -> None:
    p.tell.chapter(4, "A new list version names two owners")
    contract_id = await contract_of(p, "nordlys")
    new = await _the_list_changes(p)
    owner_a, owner_b = p.samples.index.listed["A"], p.samples.index.listed["B"]
    hit_a, hit_b = await _hit_on(p, owner_a), await _hit_on(p, owner_b)
    await p.status(contract_id, Status.REVIEW)
    p.tell.true("the contract system is told: REVIEW")
    for hit, listed in ((hit_a, owner_a), (hit_b, owner_b)):
        await _the_officer_is_told(p, hit, listed)
    for hit, listed in ((hit_a, owner_a), (hit_b, owner_b)):
        await confirm(p, hit, listed)
    await _twenty_per_cent_block_nothing(p, owner_b, hit_b)
    case_id = await _sixty_per_cent_block(p, owner_a, contract_id)
    await _the_replacement_is_demanded(p, case_id, contract_id)
    covered = await p.fact(CoverageStated, source=new.source, version=new.version)
    p.check(covered.gaps == 0, "no party was left out", covered)
    p.tell.true(f"the new list was compared with all {covered.parties} parties, none left out")


async def _the_list_changes(p: Player) -> ListUpdated:
    (file,) = p.samples.index.lists.after
    await publish(p, file)
    new = await p.fact(ListUpdated, lambda e: e.source == "eu" and bool(e.changed or e.removed))
    p.check(
        (new.added, new.changed, new.removed) == (3, 1, 1),
        "version 2 of the EU list adds three, changes one and removes one",
        new,
    )
    p.tell.true(f"EU list {new.list_date}: 3 entries are new, 1 is changed, 1 removed")
    return new


async def person_id(p: Player, listed: Listed) -> str:
    """The id of an owner, from the statement of the company that it owns. Names stay sealed."""
    declared = await p.fact(OwnershipDeclared, party_id=listed.owns)
    for stake in declared.stakes:
        if stake.owner and stake.share.minimum == listed.percent:
            return stake.owner.party_id
    p.check(False, f"{listed.owns} has an owner with {listed.percent:g} %", declared.stakes)
    raise AssertionError


async def _hit_on(p: Player, listed: Listed) -> HitRaised:
    person = await person_id(p, listed)
    hit = await p.fact(HitRaised, lambda e: e.entry.entry_id == listed.entry, party_id=person)
    shown = await p.officer.get(f"/api/screening/hits/{hit.hit_id}")
    p.check(shown["explanation"], "the officer sees why the hit was raised", shown)
    p.tell.true(
        f"a hit with score {hit.score:.2f} on the owner of {listed.percent:g} % of "
        f"{listed.owns}: entry {listed.entry}; {'; '.join(map(str, shown['explanation'][:2]))}"
    )
    return hit


async def _the_officer_is_told(p: Player, hit: HitRaised, owner: Listed) -> None:
    """A real mail and an entry in the inbox; neither names the person."""
    need_id = f"review-hit/{hit.hit_id}/{p.buyer}"

    async def entry() -> dict[str, object] | None:
        inbox = await p.officer.get("/api/notifications/inbox", settled=True)
        return next((one for one in inbox if one["need_id"] == need_id), None)

    put = await p.wait_until(f"{need_id} in the inbox of {p.officer.name}", entry)

    async def gathered() -> list[str] | None:
        deliveries = await p.officer.get("/api/notifications/deliveries", buyer=p.buyer, limit=200)
        there = (one for one in deliveries["items"] if need_id in one["need_ids"])
        return [str(one["id"]) for one in there] or None

    sent = await p.wait_until(f"{need_id} in a mail", gathered)
    mail = await p.mail(
        f"{p.officer.subject}@region-nordlyset.example",
        f"about {need_id}",
        lambda one: any(id in one.id for id in sent),
    )
    p.check(mail.link.startswith(p.running.public_url), "its link leads to the console", mail.link)
    for listed in p.samples.index.listed.values():
        p.check(
            listed.name.split()[-1].casefold() not in mail.whole.casefold(),
            "the mail holds no personal data",
            mail.whole,
        )
    p.tell.true(
        f"{p.officer.name} is told of the owner of {owner.percent:g} %: in the inbox, due "
        f"{put['due']}, and by a mail without any name: {mail.subject}"
    )


async def confirm(p: Player, hit: HitRaised, listed: Listed) -> None:
    await p.officer.ask(
        f"/api/screening/hits/{hit.hit_id}/confirm",
        {"buyer_id": p.buyer, "reason": "Name, birth date and nationality agree with the entry."},
        key=f"confirm/{hit.hit_id}",
    )
    confirmed = await p.fact(HitConfirmed, hit_id=hit.hit_id, buyer_id=p.buyer)
    p.check(confirmed.by == p.officer.subject, "the officer confirmed it", confirmed.by)
    p.tell.true(f"{p.officer.name} confirms the hit on the owner of {listed.percent:g} %")


async def flag_of(p: Player, listed: Listed, verdict: str) -> OwnershipFlagged:
    flag = await p.fact(OwnershipFlagged, party_id=listed.owns, buyer_id=p.buyer, verdict=verdict)
    p.check(flag.share.minimum == listed.percent, f"the share is {listed.percent:g} %", flag.share)
    return flag


async def _twenty_per_cent_block_nothing(p: Player, listed: Listed, hit: HitRaised) -> None:
    flag = await flag_of(p, listed, "not_owned")
    ended = await p.fact(
        ExposureEnded, lambda e: e.cause.ref.startswith(hit.hit_id), buyer_id=p.buyer
    )
    p.check(flag.reason and ended.reason, "the reason is recorded", (flag, ended))
    cases = p.facts.all(
        BreachFlagged, lambda e: e.party_id == listed.owns and e.rule == ASSET_FREEZE
    )
    p.check(not cases, f"no case is opened about {listed.owns}", cases)
    p.tell.true(f"20 % block nothing: {flag.reason}")


async def _sixty_per_cent_block(p: Player, listed: Listed, contract_id: str) -> str:
    flag = await flag_of(p, listed, "owned")
    p.tell.true(f"{listed.owns} is owned by a listed person: {flag.reason}")
    exposure = await p.fact(
        ExposureFound, lambda e: e.cause.kind is CauseKind.OWNERSHIP, party_id=listed.owns
    )
    supplier = p.samples.company("nordlys").party_id
    p.check(
        exposure.path[:2] == (supplier, listed.owns),
        "the path runs from the supplier to the company",
        exposure.path,
    )
    case = await p.fact(BreachFlagged, party_id=listed.owns, rule=ASSET_FREEZE)
    p.check(case.track is Track.LEGAL_BLOCK, "it is a legal block", case.track)
    p.check(case.contract_id == contract_id, "it touches the contract", case.contract_id)
    at = f"/api/breaches/cases/{case.case_id}"

    reason = {"reason": BLOCK_REASON}
    await p.officer.ask(f"{at}/hold", reason, key=f"hold/{case.case_id}")
    held = await p.fact(InterimMeasureOrdered, case_id=case.case_id)
    await p.status(contract_id, Status.BLOCKED_LEGAL)
    p.tell.true(
        f"{p.officer.name} orders a precautionary hold at once; the contract system is told: "
        f"BLOCKED_LEGAL; the verdict is due {held.due:%Y-%m-%d %H:%M} UTC"
    )
    await p.officer.ask(f"{at}/confirm", reason, key=f"confirm/{case.case_id}")
    confirmed = await p.fact(BreachConfirmed, case_id=case.case_id)
    p.tell.true(f"the block is confirmed, on the basis of {confirmed.basis}")

    same = p.known_as(p.officer.subject, p.officer.name, "officer", "approver")
    refused = await same.is_refused(
        f"{at}/second-approval", reason, key=f"second-approval-by-the-first/{case.case_id}"
    )
    p.tell.true(f"{p.officer.name} may not approve it as the second person: {refused}")
    await p.approver.ask(f"{at}/second-approval", reason, key=f"second-approval/{case.case_id}")
    second = await p.fact(SecondApprovalGiven, case_id=case.case_id)
    p.check(second.by == p.approver.subject, "another person approved", second.by)
    told = await p.fact(ContractorInstructed, case_id=case.case_id)
    await p.letter(p.samples.company("nordlys").email, f"instruction/{case.case_id}")
    p.tell.true(f"{p.approver.name} approves; the contractor is instructed: {told.instruction}")
    return case.case_id


async def _the_replacement_is_demanded(p: Player, case_id: str, contract_id: str) -> None:
    at = f"/api/breaches/cases/{case_id}"
    case = await p.fact(BreachFlagged, case_id=case_id)
    basis = next(one for one in case.basis if "replacement" in one)
    proposal = {
        "consequence": "replace",
        "basis": basis,
        "reason": "No payment or work may go to a company owned by a listed person.",
        "proportionality": "Nothing milder ends the ownership; the work goes on with a substitute.",
        "working_days": 15,
    }
    wrong = await p.officer.is_refused(
        f"{at}/decision",
        proposal | {"basis": "clause:we-would-like-to"},
        key=f"decision-without-basis/{case_id}",
        status=422,
    )
    p.tell.true(f"a decision without a basis is refused: {wrong}")
    await p.officer.ask(f"{at}/decision", proposal, key=f"decision/{case_id}")
    proposed = await p.fact(DecisionProposed, case_id=case_id)
    p.tell.true(f"{p.officer.name} prepares the decision to replace it, basis {proposed.basis}")

    sign, body = f"{at}/decision/sign", {"no_conflict": True}
    same = p.known_as(p.officer.subject, p.officer.name, "officer", "approver")
    refused = await same.is_refused(sign, body, key=f"sign-by-the-proposer/{case_id}", status=403)
    p.tell.true(f"whoever prepared it may not sign it: {refused}")
    await p.approver.ask(sign, body, key=f"sign/{p.approver.subject}/{case_id}")
    refused = await p.approver.is_refused(sign, body, key=f"sign-again/{case_id}")
    p.tell.true(f"nobody signs twice: {refused}")
    await p.second_approver.ask(sign, body, key=f"sign/{p.second_approver.subject}/{case_id}")
    complete = await p.fact(DecisionApproved, lambda e: e.complete, case_id=case_id)
    p.check(complete.signatures == 2, "two other persons have signed", complete)
    await p.fact(ConsequenceOrdered, case_id=case_id)
    demanded = await p.fact(ReplacementDemanded, case_id=case_id)
    await p.letter(p.samples.company("nordlys").email, f"replacement/{demanded.replacement_id}")
    await p.mail(
        f"{p.manager.subject}@region-nordlyset.example", "about it", lambda mail: bool(mail.link)
    )
    p.tell.true(
        f"{p.approver.name} and {p.second_approver.name} have signed; the contractor must replace "
        f"{demanded.outgoing_id} on {contract_id} by {demanded.deadline:%Y-%m-%d}"
    )
