"""What officers, approvers and suppliers do on a day: lawful things, others, or nothing."""

import random
from datetime import timedelta

from bench.year.desk import SHELF, Desk
from services.breaches import commands as ask
from services.breaches.domain import Action, Case, Option, Stage, options
from services.breaches.domain.basis import bases_of
from services.breaches.handlers.opening import rule_of
from services.subcontractors import commands as swap
from services.subcontractors.domain import Answer, Candidate, Replacement
from services.subcontractors.domain import Stage as SwapStage
from services.subcontractors.domain.substitute import failed_checks, least_missing, open_checks
from shared.domain import Caller
from shared.events.base import Command
from shared.events.onboarding import OwnershipDeclared, PartyQualified
from shared.events.screening import PartyScreened
from shared.events.words import PartyDescription, Share, Stake, Weighing

ACTS_ON_A_DAY, ANSWERS_ON_A_DAY, PROPOSES_ON_A_DAY, TRIES_ANYTHING = 0.35, 0.12, 0.12, 0.03
"""How likely each is. What is not done on a day may be done on another, late, or never."""

WHY = "as the file shows"
WEIGHED = Weighing(**dict.fromkeys(Weighing.model_fields, "weighed as the file shows"))
LIKELY = {
    **dict.fromkeys((Action.HOLD, Action.APPROVE, Action.SIGN), 10.0),
    **dict.fromkeys((Action.ASK, Action.HEAR, Action.PROPOSE, Action.ASSESS_SUPPLY), 8.0),
    **dict.fromkeys((Action.CONFIRM, Action.SECURE_SUPPLY), 6.0),
    **dict.fromkeys((Action.CLEAN, Action.REQUEST_OPINION, Action.RECEIVE_OPINION), 2.0),
    **dict.fromkeys((Action.RESUME, Action.TIMETABLE), 1.5),
    **dict.fromkeys((Action.EXTEND, Action.DISPUTE, Action.SETTLE, Action.PRECAUTION), 0.4),
    **dict.fromkeys((Action.LIFT, Action.DELIVER), 0.3),
    **dict.fromkeys((Action.CORRECT, Action.WITHDRAW, Action.LICENSE), 0.2),
    Action.REMEDY: 1.0,
    Action.RELEASE: 1.0,
    Action.DISMISS: 0.25,
}
"""What officers and approvers choose, of what is possible."""

ONCE_ORDERED = {Action.PROPOSE: 0.1, Action.DISMISS: 0.05, Action.REMEDY: 0.6}
SUPPLIERS = (Action.ANSWER_ENQUIRY, Action.ANSWER_HEARING)


class People:
    def __init__(self, desk: Desk, chance: random.Random) -> None:
        self._desk, self._chance = desk, chance
        self._late: list[Command] = []
        self._companies = 0

    async def work(self) -> None:
        """One day of everybody."""
        for case in self._desk.cases:
            if not case.open:
                continue
            if case.report_due and not case.reported and self._chance.random() < 0.2:
                await self._send(ask.ReportBlock(case_id=case.id, reference="ERST"), case)
            await self._answer(case)
            if case.open and self._chance.random() < ACTS_ON_A_DAY:
                await self._act(case)
        for replacement in self._desk.replacements:
            await self._swap(replacement)
        for answer in self._late[:1]:
            self._late.remove(answer)
            await self._desk.ask(self._desk.breaches, answer, self._supplier("*"))

    # ------------------------------------------------------------ cases

    def _person(self, role: str, buyer_id: str) -> Caller:
        name = f"{role}-{self._chance.randrange(4)}"
        return Caller(subject=name, roles=(role,), buyers=(buyer_id,))

    def _supplier(self, buyer_id: str) -> Caller:
        return Caller(subject="link", name="supplier", buyers=(buyer_id,))

    async def _send(self, command: Command, case: Case, role: str = "officer") -> bool:
        by = self._person(role, case.buyer_id)
        return await self._desk.ask(self._desk.breaches, command, by)

    async def _answer(self, case: Case) -> None:
        exchange = case.open_exchange()
        if exchange is None or self._chance.random() > ANSWERS_ON_A_DAY:
            return
        more = {"case_id": case.id, "answer": "we have looked into it", "link_id": exchange.link_id}
        answer: Command = ask.AnswerEnquiry(**more)
        if exchange.kind == "hearing":
            cleaning = self._chance.random() < 0.3
            answer = ask.AnswerHearing(**more, self_cleaning=cleaning)
        if self._chance.random() < 0.2:
            self._late.append(answer)
            return
        await self._desk.ask(self._desk.breaches, answer, self._supplier(case.buyer_id))

    async def _act(self, case: Case) -> None:
        if self._chance.random() < TRIES_ANYTHING:
            await self._send(self._command(self._chance.choice(list(Action)), case), case)
            return
        wait = case.wait
        assert wait is not None
        may = [action for action in wait.may if action not in SUPPLIERS]
        weights = [self._likely(action, case) for action in may]
        action = self._chance.choices(may, weights)[0]
        needs_approver = action in (Action.APPROVE, Action.SIGN, Action.WITHDRAW, Action.SETTLE)
        role = "approver" if needs_approver else "officer"
        if action is Action.DISMISS and case.track == "legal_block":
            role = "approver"
        await self._send(self._command(action, case), case, role)

    def _likely(self, action: Action, case: Case) -> float:
        if action is Action.DISMISS and any("gone" in n or "ended" in n for n in case.notes):
            return 2.0
        if action is Action.RELEASE:
            return 4.0 if case.sum.too_much else 0.0
        if case.stage is Stage.ORDERED:
            return ONCE_ORDERED.get(action, LIKELY[action])
        return LIKELY[action]

    def _command(self, action: Action, case: Case) -> Command:
        id, days = case.id, self._chance.randrange(5, 60)
        match action:
            case Action.HOLD:
                return ask.OrderHold(case_id=id, reason=WHY)
            case Action.CONFIRM:
                return ask.ConfirmBreach(case_id=id, reason=WHY, chosen_in_notice=True)
            case Action.APPROVE:
                return ask.ApproveBlock(case_id=id, reason=WHY)
            case Action.ASK:
                return ask.OpenEnquiry(case_id=id, question="how does this fit?")
            case Action.ANSWER_ENQUIRY:
                return ask.AnswerEnquiry(case_id=id, answer="told by telephone")
            case Action.HEAR:
                return ask.OpenHearing(case_id=id, subject="what was found")
            case Action.ANSWER_HEARING:
                return ask.AnswerHearing(case_id=id, answer="told by telephone")
            case Action.PROPOSE:
                return self._proposal(case)
            case Action.SIGN:
                return ask.SignDecision(case_id=id, no_conflict=self._chance.random() < 0.97)
            case Action.DISMISS:
                gone = "ground_gone" if self._chance.random() < 0.7 else ""
                return ask.DismissCase(case_id=id, reason=WHY, way_out=gone)
            case Action.REMEDY:
                return ask.RemedyCase(case_id=id, reason="it was put right")
            case Action.EXTEND:
                return ask.ExtendDeadline(case_id=id, working_days=days, reason=WHY)
            case Action.DISPUTE:
                return ask.RestCase(case_id=id, kind="disputed", working_days=days, reason=WHY)
            case Action.RESUME:
                return ask.ResumeCase(case_id=id, reason=WHY)
            case Action.SETTLE:
                return ask.SettleCase(case_id=id, terms="half of it is paid")
            case Action.LICENSE:
                until = (self._desk.now + timedelta(days=days)).date()
                return ask.NoteLicence(case_id=id, authority="ERST", scope="heating", until=until)
            case Action.CLEAN:
                return ask.AssessCleaning(
                    case_id=id,
                    compensation="paid",
                    clarified="told all",
                    measures="new people",
                    enough=self._chance.random() < 0.5,
                    reason=WHY,
                )
            case Action.REQUEST_OPINION:
                return ask.RequestOpinion(case_id=id)
            case Action.RECEIVE_OPINION:
                reliable = self._chance.random() < 0.5
                return ask.ReceiveOpinion(case_id=id, reliable=reliable, opinion=WHY)
            case Action.CORRECT:
                return ask.CorrectDecision(case_id=id, correction="2027, not 2026", reason=WHY)
            case Action.WITHDRAW:
                return ask.WithdrawDecision(case_id=id, reason=WHY)
            case Action.RELEASE:
                amount = case.sum.too_much or 1.0
                return ask.ReleasePayment(case_id=id, amount=amount, reason=WHY)
            case Action.ASSESS_SUPPLY:
                stock = float(days)
                return ask.AssessSupply(
                    case_id=id, item="gloves", days_of_stock=stock, told="ward 3", reason=WHY
                )
            case Action.SECURE_SUPPLY:
                return ask.SecureSupply(case_id=id, means="derogation", reference="9", reason=WHY)
            case Action.TIMETABLE:
                return ask.HearTimetable(case_id=id, subject="by which day?")
            case Action.LIFT:
                return ask.LiftPrecaution(case_id=id, reason=WHY)
            case Action.DELIVER:
                today = self._desk.now.date()
                return ask.NoteDelivery(case_id=id, on=today, how="by hand, against a receipt")
            case Action.PRECAUTION:
                return ask.TakePrecaution(
                    case_id=id,
                    measure="no new site",
                    basis=next(iter(self._bases(case)), ""),
                    working_days=min(days, 20),
                    reason=WHY,
                )

    def _bases(self, case: Case) -> tuple[str, ...]:
        ground = case.ground(rule_of(case, SHELF))
        return bases_of(ground, self._desk.agreement(case.contract_id))

    def _proposal(self, case: Case) -> Command:
        ground = case.ground(rule_of(case, SHELF))
        option = self._choose(options(ground, self._desk.agreement(case.contract_id)))
        cap = case.sum.cap
        return ask.ProposeDecision(
            case_id=case.id,
            consequence=option.measure,
            basis=option.basis,
            reason=WHY,
            proportionality="grave, and nothing milder helps",
            amount=max(1.0, cap) if cap is not None else 50_000.0,
            deviation="the measures are too new",
            derogation="the wards need it",
            weighing=WEIGHED,
        )

    def _choose(self, possible: tuple[Option, ...]) -> Option:
        real = [option for option in possible if option.measure != "dialogue"]
        return self._chance.choice(real) if real else possible[0]

    # ------------------------------------------------------------ replacements

    async def _swap(self, replacement: Replacement) -> None:
        desk, chance = self._desk, self._chance
        waiting = [c for c in replacement.candidates if c.answer is Answer.OPEN]
        provisional = [c for c in replacement.candidates if c.answer is Answer.PROVISIONAL]
        for candidate in (*waiting, *provisional):
            if open_checks(candidate.checks) and chance.random() < 0.06:
                await self._qualify(replacement, candidate)
        officer = self._person("officer", replacement.buyer_id)
        command: Command | None = None
        if replacement.stage is SwapStage.DEMANDED:
            if not waiting and chance.random() < PROPOSES_ON_A_DAY:
                await self._propose(replacement)
            elif waiting and chance.random() < ACTS_ON_A_DAY:
                command = self._judge(replacement, waiting[0])
            elif replacement.overdue and chance.random() < 0.1:
                command = swap.ExtendReplacement(
                    replacement_id=replacement.id, working_days=30, reason=WHY
                )
        elif provisional and chance.random() < ACTS_ON_A_DAY:
            command = self._complete(replacement, provisional[0])
        if command is not None:
            await desk.ask(desk.chains, command, officer)

    def _judge(self, replacement: Replacement, candidate: Candidate) -> Command | None:
        about = {"replacement_id": replacement.id, "party_id": candidate.party_id, "reason": WHY}
        if failed_checks(candidate.checks):
            return swap.RefuseSubstitute(**about)
        if candidate.checks and not open_checks(candidate.checks):
            return swap.ClearSubstitute(**about)
        if not least_missing(candidate.checks) and self._chance.random() < 0.3:
            return swap.AllowProvisional(**about, working_days=10)
        return None

    def _complete(self, replacement: Replacement, candidate: Candidate) -> Command | None:
        about = {"replacement_id": replacement.id, "reason": WHY}
        if not open_checks(candidate.checks):
            return swap.ConfirmProvisional(**about)
        if replacement.overdue:
            return swap.EndProvisional(**about)
        return None

    async def _propose(self, replacement: Replacement) -> None:
        self._companies += 1
        company, owner = f"dk-cvr-{90_000_000 + self._companies}", f"person-new-{self._companies}"
        described = PartyDescription(party_id=company, name=f"Substitute {self._companies}")
        supplier = self._supplier(replacement.buyer_id)
        proposal = swap.ProposeSubstitute(replacement_id=replacement.id, party=described)
        await self._desk.ask(self._desk.chains, proposal, supplier)
        stake = Stake(
            owner=PartyDescription(party_id=owner, name="Somebody"), share=Share.exactly(100)
        )
        looked = {"lists": (), "hits": (), "engine": "1", "policy": "1"}
        await self._desk.tell(
            OwnershipDeclared(party_id=company, stakes=(stake,), document_id=f"bods-{company}"),
            PartyScreened(party_id=company, **looked),
            PartyScreened(party_id=owner, **looked),
        )

    async def _qualify(self, replacement: Replacement, candidate: Candidate) -> None:
        qualified = PartyQualified(
            party_id=candidate.party_id,
            buyer_id=replacement.buyer_id,
            contract_id=replacement.contract_id,
            role="substitute",
        )
        await self._desk.tell(qualified)
