"""What people decide about claims, qualifications and certificates, and the days that come."""

from datetime import date, datetime

from shared.events.base import Command, Effect, Internal, Said
from shared.events.onboarding import RegisterFact
from shared.events.words import Money


class WaiveClaim(Command):
    """A person asks for no proof of a claim, and says why."""

    claim_id: str
    reason: str


class ReopenClaim(Command):
    """A person takes a waiver back, and says why."""

    claim_id: str
    reason: str


class ClaimsDue(Internal):
    """The day came by which evidence of a party's claims was expected."""

    ledger_id: str


class PlanProcedure(Command):
    """A procedure is to end in a contract: when proof must be there, and what it is about.

    `award` is the day of the award, `tenders_until` how long the tenders bind, `starts` when the
    contract is to begin.
    """

    procedure_id: str
    buyer_id: str
    award: date
    tenders_until: date | None = None
    starts: date | None = None
    country: str = "DK"
    category: str = ""
    value: Money | None = None


class OpenQualification(Command):
    """A party is to show what its role on a contract, or in a procedure, asks for."""

    contract_id: str
    party_id: str
    role: str


class AcceptForNow(Command):
    """A person accepts a party on a condition, until a day."""

    qualification_id: str
    reason: str
    until: date


class RefuseQualification(Command):
    """A person refuses a party its role."""

    qualification_id: str
    reason: str


class ReconsiderQualification(Command):
    """A person takes a refusal or a condition back."""

    qualification_id: str
    reason: str


class TakeQualification(Command):
    """A person sees to a qualification; what waits is put to that person first."""

    qualification_id: str
    owner: str


class AskForDocument(Command):
    """A person asks a party for a document on which no qualification depends."""

    party_id: str
    buyer_id: str
    kind: str
    purpose: str
    contract_id: str = ""
    working_days: int | None = None


class WithdrawAsk(Command):
    """A person no longer needs such a document."""

    ask_id: str
    reason: str


class ChangeStanding(Command):
    """A person tells that a certificate was suspended, reinstated or withdrawn."""

    document_id: str
    standing: str
    since: date | None = None
    reason: str


class DocumentsToAsk(Internal):
    """The day came on which planned documents are asked for."""

    qualification_id: str


class RequestReminder(Internal):
    """A requested document is due soon."""

    qualification_id: str
    request_id: str
    link_id: str


class QualificationWaited(Internal):
    """The day came until which a qualification was to wait."""

    qualification_id: str


class AskReminder(Internal):
    """A document is due soon that was asked for by itself."""

    ask_id: str


class AskDue(Internal):
    """The day came by which a document was asked for by itself."""

    ask_id: str


class ExpiryNears(Internal):
    """A document counts only a while longer."""

    document_id: str


class RegisterParty(Command):
    """Somebody is to be known: by the number of a register."""

    name: str
    scheme: str
    number: str
    country: str | None = None
    address: str | None = None
    contact: str | None = None


class MergeParties(Command):
    """A person found that two parties are one; everything of `absorbed_id` speaks of both."""

    survivor_id: str
    absorbed_id: str
    reason: str


class KeepApart(Command):
    """A person found that two parties that look alike are two."""

    likeness_id: str
    reason: str


class SplitParty(Command):
    """A person takes a merger back."""

    party_id: str
    reason: str


class AskRegisters(Command):
    """Have the registers asked about a party that know it, where their answers are old."""

    party_id: str
    anew: bool = False


class LookUp(Effect):
    """Ask one register about one number."""

    register_name: str
    party_id: str
    number: str


class RegisterSaid(Internal):
    """How asking a register ended."""

    register_name: str
    party_id: str
    state: str
    facts: tuple[RegisterFact, ...] = ()
    problem: str = ""


class AskCertificate(Command):
    """Have the certificate of a document looked up, where the answer is old."""

    document_id: str
    anew: bool = False


class CertificateDue(Internal):
    """A certificate counts from now on, or what is known of it is old."""

    certificate: str


class LookUpCertificate(Effect):
    """Ask the register of certificates about one."""

    certificate: str


class CertificateSaid(Internal):
    """How asking about a certificate ended."""

    certificate: str
    state: str
    facts: tuple[RegisterFact, ...] = ()
    problem: str = ""


class ChangesDue(Internal):
    """The day came to ask a register what has changed about the parties that are held."""

    register_name: str


class AskChanges(Effect):
    """Ask about the next parties, those after `after`, what has changed `since`."""

    register_name: str
    since: datetime
    began: datetime
    after: str = ""


class ChangedParty(Said):
    """What a register says now of a party that changed in it."""

    party_id: str
    facts: tuple[RegisterFact, ...]


class ChangesSaid(Internal):
    """What has changed about some parties. `after` is the last of them, where there may be more."""

    register_name: str
    since: datetime
    began: datetime
    after: str = ""
    changed: tuple[ChangedParty, ...] = ()
    problem: str = ""


class RegistersAgain(Internal):
    """The answers about a party are old: registers tell of changes only to who asks again."""

    party_id: str
