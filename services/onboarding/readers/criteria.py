"""The criteria of the ESPD: their ids, and the grounds of the rulebook that they ask about.

The ids of the grounds for exclusion are the same in 1.0.2, 2.1.1 and 4.1.0; the codes differ and
stand here for files whose ids somebody replaced.
"""

_GROUNDS = """
EX-A1 005eb9ed-1347-4ca3-bb29-9bc0db64e1ab crime-org
EX-A2 c27b7c4e-c837-4529-b867-ed55ce639db5 corruption
EX-A3 297d2323-3ede-424e-94bc-a91561e6f320 fraud
EX-A4 d486fb70-86b3-4e75-97f2-0d71b5697c7d terr-offence
EX-A5 47112079-6fec-47a3-988f-e561668c3aef finan-laund
EX-A6 d789d01a-fe03-4ccd-9898-73f9cfa080d1 human-traffic
EX-B1 b61bbeb7-690e-4a40-bc68-d6d4ecfaa3d4 tax-pay
EX-B2 7d85e333-bbab-49c0-be8d-c36d71a72f5e socsec-pay
EX-C1 a80ddb62-d25b-4e4e-ae22-3968460dc0a9 envir-law
EX-C2 a261a395-ed17-4939-9c75-b9ff1109ca6e socsec-law
EX-C3 a34b70d6-c43d-4726-9a88-8e2b438424bf labour-law
EX-D1 d3732c09-7d62-4edc-a172-241da6636e7c bankruptcy
EX-D2 396f288a-e267-4c20-851a-ed4f7498f137 insolvency
EX-D3 68918c7a-f5bc-4a1a-a62f-ad8983600d48 cred-arran
EX-D4 daffa2a9-9f8f-4568-8be8-7b8bf306d096 bankr-nat
EX-D5 8fda202a-0c37-41bb-9d7d-de3f49edbfcb liq-admin
EX-D6 166536e2-77f7-455c-b018-70582474e4f6 susp-act
EX-E 514d3fde-1e3e-4dcd-b02a-9f984d5bbda3 prof-misconduct
EX-F 56d13e3d-76e8-4f23-8af6-13e60a2ee356 distorsion
EX-G b1b5ac18-f393-4280-9659-1367943c1a2e partic-confl
EX-H 61874050-5130-4f1c-a174-720939c7b483 prep-confl
EX-I 3293e92b-7f3e-42f1-bee6-a7641bb04251 sanction
EX-J 696a75b2-6107-428f-8b74-82affb67e184 misrepresent
EX-N 63adb07d-db1b-4ef0-a14e-a99785cf8cf6 nati-ground
"""

_ROWS = [line.split() for line in _GROUNDS.strip().splitlines()]

GROUND_OF = {id: ground for ground, id, _ in _ROWS}
_BY_CODE = {code: ground for ground, _, code in _ROWS} | {"misinterpr": "EX-J"}

MUST_BE_ASKED = ("EX-A1", "EX-A2", "EX-A3", "EX-A4", "EX-A5", "EX-A6", "EX-B1", "EX-B2")
"""Directive 2014/24/EU Art 57(1) and (2): the mandatory grounds, in every procedure."""

SUBCONTRACTORS = ("72c0c4b1-ca50-4667-9487-461f3eed4ed7", "C61_OT_subco-ent", "subco-ent")
"""Subcontractors whose capacity is not relied upon: 1.0.2 and 2.1.1, then 3.x and 4.x, and the
code for files whose ids somebody replaced.
"""

RELIED_UPON = ("0d62c6ed-f074-4fcf-8e9f-f691351d52ad", "C60_OT_relied", "relied")
TOGETHER = ("ee51100f-8e3e-40c9-8f8b-57d5a15be1f2", "C59_OT_eo-group", "eo-group")
SUBCONTRACTED_SHARE = ("612a1625-118d-4ea4-a6db-413184e7c0a8", "suncont-port")

UNPAID = ("EX-B1", "EX-B2")
"""Here a second yes or no is no self-cleaning but says how the debt was established, and paid."""

PAID = ("fc57e473-d63e-4a04-b589-dcf81cab8052",)
DECIDED = ("c882afa4-6971-4b00-8970-0c283eb122cc",)
"""Groups of 1.x and 2.x; in 4.x the path of the group ends in QSG3 and QSG2."""


def ground_of(id: str, code: str) -> str:
    """The ground that a criterion asks about, or nothing where it is none for exclusion."""
    return GROUND_OF.get(id.lower()) or _BY_CODE.get(code, "")


def is_about(id: str, code: str, ids: tuple[str, ...]) -> bool:
    """Whether a criterion is one of these, whichever version asked."""
    return id in ids or code in ids


def part_of(id: str, code: str, questions: list[str]) -> str:
    """Which part of the form a criterion belongs to: exclusion, selection or other."""
    if ground_of(id, code) or ".EXCLUSION." in code:
        return "exclusion"
    paths = " ".join((id, *questions))
    return "selection" if ".SELECTION." in code or "_SC_" in paths else "other"
