"""What a case or a contract says, field by field, and how confidential each field is by itself.

The class is what to think of first, not a ruling: a person rules on a request, and the standing
public export covers whatever has another class than `public`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from services.breaches.domain import Agreement, Case
from services.breaches.insight.law import Confidentiality
from shared.events.base import is_natural_person

OFFENCES = ("EX-A", "EX-B", "EX-E")
"""Rules about convictions, unpaid tax and misconduct: naming one says that somebody offended."""


class Shown(NamedTuple):
    """One field: its name, what it says, and its class."""

    field: str
    text: str
    confidentiality: Confidentiality


def contract_fields(agreement: Agreement) -> list[Shown]:
    """A contract: what was bought, from whom, under which clauses, and who works on it."""
    fields = [
        Shown("contract", agreement.id, "public"),
        Shown("title", agreement.title, "public"),
        Shown("buyer", agreement.buyer_name or agreement.buyer_id, "public"),
        Shown("law", agreement.regime, "public"),
        Shown("awarded", str(agreement.awarded or ""), "public"),
        Shown("clauses", ", ".join(one.code for one in agreement.clauses), "public"),
    ]
    if agreement.value is not None:
        value = f"{agreement.value.amount:.0f} {agreement.value.currency}"
        fields.append(Shown("value", value, "public"))
    for number, id in enumerate(agreement.supplier_ids, 1):
        fields.append(_party(f"supplier.{number}", id, agreement, "public"))
    chain = [id for id in agreement.party_ids if id not in agreement.supplier_ids]
    for number, id in enumerate(chain, 1):
        fields.append(_party(f"subcontractor.{number}", id, agreement, "public"))
    for number, good in enumerate(agreement.goods, 1):
        fields.append(Shown(f"good.{number}", good.title or good.item, "business"))
    return [one for one in fields if one.text]


def case_fields(case: Case, agreement: Agreement) -> list[Shown]:
    """A case: what it is about, what was asked and answered, what was decided and why."""
    offence: Confidentiality = "criminal" if case.rule.startswith(OFFENCES) else "public"
    subject: Confidentiality = "pending" if case.open else offence
    fields = [
        Shown("case", case.id, "public"),
        Shown("contract", case.contract_id, "public"),
        Shown("buyer", agreement.buyer_called(case.buyer_id), "public"),
        Shown("opened", case.opened[:10], "public"),
        Shown("stage", case.stage, "public"),
        _party("supplier", case.supplier_id, agreement, "public"),
        _party("party", case.party_id, agreement, subject),
        Shown("rule", case.rule, subject),
        Shown("rulebook", case.rulebook_version, "public"),
        Shown("cause", case.cause.detail or "", _worse(subject, "personal")),
    ]
    for number, one in enumerate(case.exchanges, 1):
        fields.append(Shown(f"asked.{number}", one.text, _worse(subject, "business")))
        fields.append(Shown(f"answer.{number}", one.answer, _worse(subject, "business")))
    for number, decision in enumerate(case.decisions, 1):
        if not decision.in_force:
            continue
        told = {
            "consequence": (str(decision.consequence), "public"),
            "basis": (decision.basis, subject),
            "reason": (decision.reason, _worse(subject, "business")),
            "proportionality": (decision.proportionality, _worse(subject, "business")),
            "ordered": (decision.ordered.date().isoformat() if decision.ordered else "", "public"),
            "signatures": (str(len(decision.signed_by)), "public"),
        }
        for name, (text, kind) in told.items():
            fields.append(Shown(f"decision.{number}.{name}", text, kind))
    return [one for one in fields if one.text]


def _worse(known: Confidentiality, otherwise: Confidentiality) -> Confidentiality:
    """A reason that says more than free text as such."""
    return otherwise if known == "public" else known


def _party(field: str, id: str, agreement: Agreement, kind: Confidentiality) -> Shown:
    if is_natural_person(id):
        return Shown(field, agreement.name_of(id), "criminal" if kind == "criminal" else "personal")
    return Shown(field, f"{agreement.name_of(id)} ({id})", kind)


def concerned(fields: Iterable[Shown], parties: Iterable[str]) -> tuple[str, ...]:
    """Who is heard before these fields are shown: the parties, where a field may be theirs."""
    confidential = any(one.confidentiality != "public" for one in fields)
    return tuple(dict.fromkeys(parties)) if confidential else ()
