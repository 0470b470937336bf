"""The criteria of our samples in the order of the form: 24 grounds for exclusion and four more.

Ids, codes and names are those of OP-TED/ESPD-EDM 4.1.0; the questions are shortened. In 4.1.0
the answer true to every ground for exclusion means that the ground exists, C23 included.
"""

from making.criteria import (
    CONFIRMED,
    CONFLICT,
    CONVICTION,
    INSOLVENT,
    LAW,
    MISCONDUCT,
    NATIONAL,
    RELIED_ON,
    SHARE,
    SUBCONTRACTED,
    TOGETHER,
    Criterion,
    unpaid,
)


def convicted(of: str) -> str:
    return (
        "Has the economic operator itself or any person who is a member of its administrative, "
        "management or supervisory body or has powers of representation, decision or control "
        f"therein been the subject of a conviction by final judgment for {of}?"
    )


def breached(law: str) -> str:
    return (
        "Has the economic operator, to its knowledge, breached its obligations in the fields of "
        f"{law} law?"
    )


def owed(what: str) -> str:
    return (
        f"Has the economic operator breached its obligations relating to the payment of {what}, "
        "both in the country in which it is established and in Member State of the contracting "
        "authority or contracting entity if other than the country of establishment?"
    )


EXCLUSION = [
    Criterion(
        "005eb9ed-1347-4ca3-bb29-9bc0db64e1ab",
        "C1_EG_crime-org",
        "Participation in a criminal organisation",
        convicted("participation in a criminal organisation"),
        "57(1)(a)",
        CONVICTION,
    ),
    Criterion(
        "c27b7c4e-c837-4529-b867-ed55ce639db5",
        "C2_EG_corruption",
        "Corruption",
        convicted("corruption"),
        "57(1)(b)",
        CONVICTION,
    ),
    Criterion(
        "297d2323-3ede-424e-94bc-a91561e6f320",
        "C3_EG_fraud",
        "Fraud",
        convicted("fraud"),
        "57(1)(c)",
        CONVICTION,
    ),
    Criterion(
        "d486fb70-86b3-4e75-97f2-0d71b5697c7d",
        "C4_EG_terr-offence",
        "Terrorist offences or offences linked to terrorist activities",
        convicted("terrorist offences or offences linked to terrorist activities"),
        "57(1)(d)",
        CONVICTION,
    ),
    Criterion(
        "47112079-6fec-47a3-988f-e561668c3aef",
        "C5_EG_finan-laund",
        "Money laundering or terrorist financing",
        convicted("money laundering or terrorist financing"),
        "57(1)(e)",
        CONVICTION,
    ),
    Criterion(
        "d789d01a-fe03-4ccd-9898-73f9cfa080d1",
        "C6_EG_human-traffic",
        "Child labour and other forms of trafficking in human beings",
        convicted("child labour and other forms of trafficking in human beings"),
        "57(1)(f)",
        CONVICTION,
    ),
    Criterion(
        "b61bbeb7-690e-4a40-bc68-d6d4ecfaa3d4",
        "C7_EG_tax-pay",
        "Payment of taxes",
        owed("taxes"),
        "57(2)",
        unpaid("taxes"),
    ),
    Criterion(
        "7d85e333-bbab-49c0-be8d-c36d71a72f5e",
        "C8_EG_socsec-pay",
        "Payment of social security contributions",
        owed("social security contributions"),
        "57(2)",
        unpaid("social security"),
    ),
    Criterion(
        "a80ddb62-d25b-4e4e-ae22-3968460dc0a9",
        "C9_EG_envir-law",
        "Breaching of obligations in the fields of environmental law",
        breached("environmental"),
        "57(4)(a)",
        LAW,
    ),
    Criterion(
        "a261a395-ed17-4939-9c75-b9ff1109ca6e",
        "C10_EG_socsec-law",
        "Breaching of obligations in the fields of social law",
        breached("social"),
        "57(4)(a)",
        LAW,
    ),
    Criterion(
        "a34b70d6-c43d-4726-9a88-8e2b438424bf",
        "C11_EG_labour-law",
        "Breaching of obligations in the fields of labour law",
        breached("labour"),
        "57(4)(a)",
        LAW,
    ),
    Criterion(
        "d3732c09-7d62-4edc-a172-241da6636e7c",
        "C12_EG_bankruptcy",
        "Bankruptcy",
        "Is the economic operator bankrupt?",
        "57(4)(b)",
        INSOLVENT,
    ),
    Criterion(
        "396f288a-e267-4c20-851a-ed4f7498f137",
        "C13_EG_insolvency",
        "Insolvency",
        "Is the economic operator the subject of insolvency or winding-up?",
        "57(4)(b)",
        INSOLVENT,
    ),
    Criterion(
        "68918c7a-f5bc-4a1a-a62f-ad8983600d48",
        "C14_EG_cred-arran",
        "Arrangement with creditors",
        "Is the economic operator in arrangement with creditors?",
        "57(4)(b)",
        INSOLVENT,
    ),
    Criterion(
        "daffa2a9-9f8f-4568-8be8-7b8bf306d096",
        "C15_EG_bankr-nat",
        "Analogous situation like bankruptcy under national law",
        "Is the economic operator in any analogous situation like bankruptcy arising from a "
        "similar procedure under national laws and regulations?",
        "57(4)(b)",
        INSOLVENT,
    ),
    Criterion(
        "8fda202a-0c37-41bb-9d7d-de3f49edbfcb",
        "C16_EG_liq-admin",
        "Assets being administered by liquidator",
        "Are the assets of the economic operator being administered by a liquidator or by the "
        "court?",
        "57(4)(b)",
        INSOLVENT,
    ),
    Criterion(
        "166536e2-77f7-455c-b018-70582474e4f6",
        "C17_EG_susp-act",
        "Business activities are suspended",
        "Are the business activities of the economic operator suspended?",
        "57(4)(b)",
        INSOLVENT,
    ),
    Criterion(
        "514d3fde-1e3e-4dcd-b02a-9f984d5bbda3",
        "C18_EG_prof-misconduct",
        "Guilty of grave professional misconduct",
        "Is the economic operator guilty of grave professional misconduct?",
        "57(4)(c)",
        MISCONDUCT,
    ),
    Criterion(
        "56d13e3d-76e8-4f23-8af6-13e60a2ee356",
        "C19_EG_distorsion",
        "Agreements with other economic operators aimed at distorting competition",
        "Has the economic operator entered into agreements with other economic operators aimed "
        "at distorting competition?",
        "57(4)(d)",
        MISCONDUCT,
    ),
    Criterion(
        "b1b5ac18-f393-4280-9659-1367943c1a2e",
        "C20_EG_partic-confl",
        "Conflict of interest due to its participation in the procurement procedure",
        "Is the economic operator aware of any conflict of interest due to its participation in "
        "the procurement procedure?",
        "57(4)(e)",
        CONFLICT,
    ),
    Criterion(
        "61874050-5130-4f1c-a174-720939c7b483",
        "C21_EG_prep-confl",
        "Direct or indirect involvement in the preparation of this procurement procedure",
        "Has the economic operator or an undertaking related to it advised the contracting "
        "authority or otherwise been involved in the preparation of the procurement procedure?",
        "57(4)(f)",
        CONFLICT,
    ),
    Criterion(
        "3293e92b-7f3e-42f1-bee6-a7641bb04251",
        "C22_EG_sanction",
        "Early termination, damages or other comparable sanctions",
        "Has the economic operator experienced that a prior public contract was terminated "
        "early, or that damages or other comparable sanctions were imposed?",
        "57(4)(g)",
        MISCONDUCT,
    ),
    Criterion(
        "696a75b2-6107-428f-8b74-82affb67e184",
        "C23_EG_misrepresent",
        "Guilty of misrepresentation, withheld information, unable to provide required documents "
        "and obtained confidential information of this procedure",
        "Can the economic operator confirm that it has been guilty of serious misrepresentation, "
        "has withheld information, or has not been able to submit the supporting documents?",
        "57(4)(h)",
        CONFIRMED,
    ),
    Criterion(
        "63adb07d-db1b-4ef0-a14e-a99785cf8cf6",
        "C24_EG_nati-ground",
        "Purely national exclusion grounds",
        "Has the economic operator breached its obligations relating to the purely national "
        "grounds of exclusion, which are specified in the notice?",
        "57",
        NATIONAL,
    ),
]
SUBCONTRACTING_SHARE = Criterion(
    "612a1625-118d-4ea4-a6db-413184e7c0a8",
    "C51_SC_suncont-port",
    "Subcontracting proportion",
    "The economic operator intends possibly to subcontract the following proportion (i.e. "
    "percentage) of the contract.",
    "71",
    SHARE,
)
OTHER = [
    Criterion(
        "C59_OT_eo-group",
        "C59_OT_eo-group",
        "Economic Operator together with others",
        "Is the economic operator participating in the procurement procedure together with others?",
        "19(2)",
        TOGETHER,
    ),
    Criterion(
        "C60_OT_relied",
        "C60_OT_relied",
        "Relied on entities",
        "Does the economic operator rely on the capacities of other entities in order to meet the "
        "selection criteria?",
        "63",
        RELIED_ON,
    ),
    Criterion(
        "C61_OT_subco-ent",
        "C61_OT_subco-ent",
        "Subcontracted entities",
        "Does the economic operator intend to subcontract any share of the contract to third "
        "parties?",
        "71",
        SUBCONTRACTED,
    ),
]
