"""Documents of the other types that are read: certificates of goods, insurance, declarations,
evidence for clauses, in Danish, Swedish and English. All of them are invented.
"""

from collections.abc import Sequence

from reportlab.platypus import Flowable

from making.cast import FOLDER, FYNS, MALARDALEN, NORDLYS, SWEDISH_FOLDER, Company
from making.paper import Letterhead, document, facts, gap, heading, table, text, title

BLUE, GREEN, RED, DARK = "#1f3a5f", "#2f5d46", "#7a1f2b", "#333333"
INVENTED = "Example - invented document without validity"
SWEDISH = "Exempel - påhittat dokument utan giltighet"

BODY = "Polar Notified Body GmbH"
MAKER, MAKER_ADDRESS = "Havblik Medical GmbH", "Am Kai 7, 24103 Kiel"
SRN = "DE-MF-000099112"
BASIC_UDI = "426099911HAVBLIK1QZ"
UDI_DI = "04260999110011"

Rows = Sequence[tuple[str, str]]


def _paper(head: Letterhead, name: str, *story: Flowable) -> bytes:
    return document(head, name, [title(name), *story])


def _company(company: Company) -> list[tuple[str, str]]:
    if company.country == "SE":
        number = f"{company.number[:6]}-{company.number[6:]}"
        return [("Företagets namn", company.name), ("Organisationsnummer", number)]
    return [("Virksomhedens navn", company.name), ("CVR-nummer", company.number)]


def management(kind: str, edition: str, number: str) -> bytes:
    rows: Rows = [
        ("Företagets namn", MALARDALEN.name),
        ("Organisationsnummer", f"{MALARDALEN.number[:6]}-{MALARDALEN.number[6:]}"),
        ("Adress", MALARDALEN.address),
        ("Certifikatnummer", number),
        ("Certifieringsorgan", "Norrsken Certifiering AB"),
        ("Ackreditering", "Nr 9908 (påhittad)"),
        ("Omfattning", "Tvätt och uthyrning av textilier för sjukvård"),
        ("Utfärdat", "2025-03-03"),
        ("Giltigt till", "2028-03-02"),
    ]
    head = Letterhead("Norrsken Certifiering AB", "Ackreditering nr 9908", GREEN, SWEDISH)
    return _paper(
        head,
        f"Certifikat - {kind}:{edition}",
        text("Härmed intygas att ledningssystemet hos"),
        facts(rows),
        heading("Omfattade anläggningar"),
        table([("Anläggning", "Adress"), ("Huvudkontor", MALARDALEN.address)], (60, 110), GREEN),
        gap(),
        text("Giltigheten förutsätter godkänd uppföljande revision minst en gång om året."),
    )


def device(*, regulation: str, law: str, number: str, status: str, risk: str) -> bytes:
    head = Letterhead(BODY, "Notified body 9907 - Polarweg 1, 20095 Hamburg", BLUE, INVENTED)
    udi = [("Basic UDI-DI", BASIC_UDI), ("UDI-DI", UDI_DI)] if "2017" in law else []
    return _paper(
        head,
        f"EU certificate - {regulation}",
        text(f"Certificate under {law}, issued by a notified body."),
        facts(
            [
                ("Certificate number", number),
                ("Notified body", BODY),
                ("Notified body number", "9907"),
                ("Manufacturer", MAKER),
                ("Manufacturer address", MAKER_ADDRESS),
                ("SRN", SRN),
                ("Device", "Havblik infusion set"),
                *udi,
                ("Class", risk),
                ("Annex", "Annex IX, chapters I and III"),
                ("Status", status),
                ("Issue date", "2024-05-14"),
                ("Valid from", "2024-05-14"),
                ("Valid until", "2029-05-13"),
            ]
        ),
    )


def protective() -> bytes:
    head = Letterhead("Polar Prøvning A/S", "Bemyndiget organ nr. 9906", BLUE)
    return _paper(
        head,
        "EU-typeafprøvningscertifikat",
        text("Certifikat efter forordning (EU) 2016/425 om personlige værnemidler."),
        facts(
            [
                ("Certifikatnummer", "PPE-26-0091"),
                ("Bemyndiget organ", "Polar Prøvning A/S"),
                ("Bemyndiget organ nr.", "9906"),
                ("Fabrikant", "Værn & Vist ApS"),
                ("Fabrikantens adresse", "Maskevej 3, 8200 Aarhus N"),
                ("Produkt", "Halvmaske FFP3"),
                ("Kategori", "III"),
                ("Udstedelsesdato", "02-02-2026"),
                ("Gyldigt til", "01-02-2031"),
            ]
        ),
    )


def conformity() -> bytes:
    head = Letterhead(MAKER, MAKER_ADDRESS, DARK, INVENTED)
    return _paper(
        head,
        "EU Declaration of conformity",
        facts(
            [
                ("Manufacturer", MAKER),
                ("Manufacturer address", MAKER_ADDRESS),
                ("SRN", SRN),
                ("Product", "Havblik infusion set"),
                ("Basic UDI-DI", BASIC_UDI),
                ("Class", "IIa"),
                ("Regulation", "(EU) 2017/745"),
                ("Certificate", "PNB-MDR-24-00311"),
                ("Notified body", "9907"),
                ("Place and date", "Kiel, 2024-05-20"),
                ("Signed by", "Dr. Imke Sandmeer, quality"),
            ]
        ),
    )


def eudamed() -> bytes:
    head = Letterhead("EUDAMED", "European database on medical devices", BLUE, INVENTED)
    return _paper(
        head,
        "EUDAMED - device details",
        facts(
            [
                ("Version", "3 (current)"),
                ("Last update date", "2026-06-30"),
                ("Actor/Organisation name", MAKER),
                ("Actor ID/SRN", SRN),
                ("Role", "Manufacturer"),
                ("Basic UDI-DI", BASIC_UDI),
                ("UDI-DI", UDI_DI),
                ("Device name", "Havblik infusion set"),
                ("Risk class", "Class IIa"),
                ("EMDN code", "A030201"),
                ("Certificate number", "PNB-MDR-24-00311"),
                ("Notified body", "9907"),
                ("Status", "On the EU market"),
            ]
        ),
    )


def interruption() -> bytes:
    head = Letterhead(MAKER, MAKER_ADDRESS, RED, INVENTED)
    return _paper(
        head,
        "Manufacturer Information Form",
        text("Interruption or discontinuation of supply, Article 10a of Regulation (EU) 2017/745."),
        facts(
            [
                ("Date of notification", "2026-11-02"),
                ("Manufacturer", MAKER),
                ("SRN", SRN),
                ("Device name", "Havblik infusion set"),
                ("Basic UDI-DI", BASIC_UDI),
                ("UDI-DI", UDI_DI),
                ("Risk class", "Class IIa"),
                ("Type of event", "Temporary interruption"),
                ("Anticipated start", "2027-05-03"),
                ("Anticipated end", "2027-09-30"),
                ("Reason", "Shortage of a raw material"),
                ("Serious harm", "Yes, in neonatal care"),
                ("Alternatives", "None of the same size known"),
                ("Member States", "DK, SE, DE"),
            ]
        ),
    )


def insurance() -> dict[str, bytes]:
    danish = Letterhead("Fjordens Forsikring A/S", "Kajen 1, 5000 Odense C", BLUE)
    swedish = Letterhead("Mälarens Försäkring AB", "Hamngatan 2, 111 47 Stockholm", BLUE, SWEDISH)
    return {
        "forsikring-nordlys": _paper(
            danish,
            "Bekræftelse på erhvervsforsikring",
            facts(
                [
                    ("Forsikringstager", NORDLYS.name),
                    ("CVR-nummer", NORDLYS.number),
                    ("Forsikringsselskab", "Fjordens Forsikring A/S"),
                    ("Policenummer", "FF-881204-7"),
                    ("Forsikringstype", "Erhvervs- og produktansvar"),
                    ("Forsikringssum", "DKK 20.000.000"),
                    ("Selvrisiko", "DKK 50.000"),
                    ("Forsikringsperiode", "01-01-2026 - 31-12-2026"),
                    ("Udstedelsesdato", "05-01-2026"),
                ]
            ),
        ),
        "forsakring-malardalen": _paper(
            swedish,
            "Försäkringsbevis",
            facts(
                [
                    ("Försäkringstagare", MALARDALEN.name),
                    (
                        "Organisationsnummer",
                        f"{MALARDALEN.number[:6]}-{MALARDALEN.number[6:]}",
                    ),
                    ("Försäkringsbolag", "Mälarens Försäkring AB"),
                    ("Försäkringsnummer", "MF 55-10204"),
                    ("Försäkringstyp", "Ansvarsförsäkring"),
                    ("Försäkringsbelopp", "10 000 000 kr"),
                    ("Utfärdat", "2026-02-01"),
                    ("Giltigt till", "2027-01-31"),
                ]
            ),
        ),
    }


def agreements() -> dict[str, bytes]:
    head = Letterhead("Arbejdsgiverne for Service", "Servicegade 4, 1300 København K", DARK)
    swedish = Letterhead("Serviceföretagen i Väst", "Box 44, 401 20 Göteborg", DARK, SWEDISH)
    return {
        "overenskomst-nordlys": _paper(
            head,
            "Bekræftelse på overenskomstdækning",
            facts(
                [
                    *_company(NORDLYS),
                    ("Overenskomst", "Serviceoverenskomsten 2025-2028"),
                    ("Arbejdsgiverforening", "Arbejdsgiverne for Service"),
                    ("Fagforening", "Service- og Rengøringsforbundet"),
                    ("Dækningsområde", "Rengøring på hospitaler"),
                    ("Overenskomstperiode", "01-03-2025 - 29-02-2028"),
                    ("Udstedelsesdato", "10-03-2025"),
                ]
            ),
        ),
        "kollektivavtal-malardalen": _paper(
            swedish,
            "Intyg om kollektivavtal",
            facts(
                [
                    *_company(MALARDALEN),
                    ("Kollektivavtal", "Tvätteriavtalet"),
                    ("Arbetsgivarorganisation", "Serviceföretagen i Väst"),
                    ("Fackförbund", "Textil- och Tvättförbundet"),
                    ("Avtalsperiod", "2025-04-01 - 2027-03-31"),
                    ("Utfärdat", "2025-04-15"),
                ]
            ),
        ),
    }


def tax_policy() -> bytes:
    head = Letterhead(NORDLYS.name, NORDLYS.address, BLUE)
    return _paper(
        head,
        "Skattepolitik",
        facts(
            [
                *_company(NORDLYS),
                ("Vedtaget af", "Bestyrelsen"),
                ("Gældende fra", "01-02-2026"),
                (
                    "Selskaber i skattely",
                    "Nej, koncernen har ingen selskaber i lande på EU's liste",
                ),
                ("Land-for-land-rapportering", "Ja, offentligt hvert år"),
                ("Næste revision", "01-02-2028"),
            ]
        ),
    )


RUSSIA_DANISH = (
    "a) Vi er ikke russisk statsborger eller en juridisk person etableret i Rusland.",
    "b) Vi er ikke direkte eller indirekte ejet med mere end 50 % af en enhed nævnt i litra a.",
    "c) Vi handler ikke på vegne af eller efter anvisning fra en enhed nævnt i litra a eller b.",
    "d) Ingen underleverandør over 10 % af kontraktens værdi er omfattet af litra a til c.",
)
RUSSIA_ENGLISH = (
    "(a) the contractor I represent is not a Russian national, or an entity established in Russia;",
    "(b) the contractor is not owned for more than 50 % by an entity referred to in point (a);",
    "(c) neither I nor the company act on behalf or at the direction of such an entity;",
    "(d) there is no participation of over 10 % by subcontractors or entities relied on.",
)
RUSSIA_ADMITTED = (*RUSSIA_DANISH[:3], "d) [X] Ja [ ] Nej: en underleverandør er omfattet.")


def russia(points: Sequence[str], company: Company, *, english: bool = False) -> bytes:
    head = Letterhead(company.name, company.address, DARK, INVENTED)
    name = "Declaration on Article 5k" if english else "Erklæring om artikel 5k"
    intro = (
        "I declare that there is no Russian involvement (Regulation (EU) 833/2014, Article 5k):"
        if english
        else "Vi erklærer om russisk deltagelse (forordning (EU) nr. 833/2014, artikel 5k):"
    )
    signed: Rows = (
        [
            ("Company name", company.name),
            ("CVR number", company.number),
            ("Tender reference", FOLDER),
            ("Date", "2026-11-12"),
            ("Signed by", company.director.name),
        ]
        if english
        else [
            *_company(company),
            ("Udbud", FOLDER),
            ("Dato", "12-11-2026"),
            ("Underskrevet af", company.director.name),
        ]
    )
    return _paper(head, name, text(intro), *map(text, points), gap(), facts(signed))


def havens() -> bytes:
    head = Letterhead(NORDLYS.name, NORDLYS.address, DARK)
    return _paper(
        head,
        "Erklæring efter udbudslovens § 134 a",
        text(
            "Virksomheden erklærer, at den ikke er etableret i en jurisdiktion på EU-listen over "
            "ikkesamarbejdsvillige skattejurisdiktioner (bilag I)."
        ),
        facts(
            [
                *_company(NORDLYS),
                ("Udbud", FOLDER),
                ("Dato", "12-11-2026"),
                ("Underskrevet af", NORDLYS.director.name),
            ]
        ),
    )


def origin() -> bytes:
    head = Letterhead(MALARDALEN.name, MALARDALEN.address, DARK, SWEDISH)
    return _paper(
        head,
        "Försäkran om ursprung (IPI)",
        text("Vi försäkrar enligt förordning (EU) 2022/1031 och genomförandeförordning 2025/1197:"),
        text("a) Anbudsgivaren har inte sitt ursprung i Kina."),
        text("b) Inte mer än 50 % av kontraktsvärdet har ursprung i Kina."),
        facts(
            [
                *_company(MALARDALEN),
                ("Andel med ursprung i Kina", "12 %"),
                ("Upphandling", SWEDISH_FOLDER),
                ("Datum", "2026-11-12"),
                ("Undertecknat av", MALARDALEN.director.name),
            ]
        ),
    )


def payslip() -> bytes:
    """The CPR number is no possible one of a person who lives: it is dated 1 January 1890."""
    head = Letterhead(FYNS.name, FYNS.address, BLUE)
    return _paper(
        head,
        "Lønseddel",
        facts(
            [
                ("Arbejdsgiver", FYNS.name),
                ("CVR-nummer", FYNS.number),
                ("Medarbejder", "Rosa Opdigtet Hansen"),
                ("CPR-nummer", "010190-0000"),
                ("Lønperiode", "01-10-2026 - 31-10-2026"),
                ("Udbetalingsdato", "30-10-2026"),
                ("Timer", "148,5"),
                ("Timeløn", "DKK 142,50"),
                ("Bruttoløn", "DKK 21.161,25"),
                ("Fagligt kontingent", "DKK 512,00"),
                ("Pension i alt", "DKK 2.539,35"),
                ("Feriepenge", "DKK 2.645,16"),
            ]
        ),
    )


def clauses() -> dict[str, bytes]:
    danish = Letterhead(NORDLYS.name, NORDLYS.address, GREEN)
    swedish = Letterhead(MALARDALEN.name, MALARDALEN.address, GREEN, SWEDISH)
    return {
        "loentilskud-nordlys": _paper(
            danish,
            "Dokumentation for ansatte i løntilskud",
            facts(
                [
                    *_company(NORDLYS),
                    ("Kontrakt", FOLDER),
                    ("Opgørelsesperiode", "01-07-2026 - 30-09-2026"),
                    ("Krav i kontrakten", "5 %"),
                    ("Opnået andel", "6,25 %"),
                    ("Antal personer", "5"),
                    ("Ansatte på kontrakten", "80"),
                    ("Udstedelsesdato", "05-10-2026"),
                ]
            ),
        ),
        "laerlinge-fyns": _paper(
            Letterhead(FYNS.name, FYNS.address, GREEN),
            "Opgørelse over lærlinge",
            facts(
                [
                    *_company(FYNS),
                    ("Kontrakt", FOLDER),
                    ("Opgørelsesperiode", "01-01-2026 - 30-06-2026"),
                    ("Krav i årsværk", "4"),
                    ("Opnåede årsværk", "2,5"),
                    ("Antal lærlinge", "3"),
                    ("Udstedelsesdato", "10-07-2026"),
                ]
            ),
        ),
        "klimatredovisning-malardalen": _paper(
            swedish,
            "Klimatredovisning",
            facts(
                [
                    *_company(MALARDALEN),
                    ("Avtal", SWEDISH_FOLDER),
                    ("Redovisningsperiod", "2025-01-01 - 2025-12-31"),
                    ("Utsläpp", "412,5 ton CO2e"),
                    ("Krav enligt avtal", "20 %"),
                    ("Uppnådd minskning", "23 %"),
                    ("Miljömärkning", "Svanen"),
                    ("Licensnummer", "3075 0999"),
                    ("Verifierad av", "Norrsken Certifiering AB"),
                    ("Utfärdat", "2026-03-31"),
                ]
            ),
        ),
    }


def english_attest() -> bytes:
    head = Letterhead("Danish Business Authority", "Langelinie Allé 17, Copenhagen", BLUE, INVENTED)
    return _paper(
        head,
        "Certificate of service",
        text("Issued under the Danish Public Procurement Act."),
        facts(
            [
                ("Certificate number", "SA-2026-1106001"),
                ("Date of issue", "2026-11-18"),
                ("CVR number", FYNS.number),
                ("Company name", FYNS.name),
                ("Address", FYNS.address),
                ("Persons covered", f"{FYNS.director.name}, managing director"),
            ]
        ),
        heading("Result"),
        text("The certificate is issued with remarks."),
        heading("Information from the authorities"),
        table(
            [
                ("Authority", "Checked against", "Result"),
                ("Danish Tax Agency", "Section 135(3)", "Overdue debt: DKK 41,200"),
                ("ATP", "Section 135(3)", "No overdue debt"),
                ("Bankruptcy Court", "Section 137(1)2", "No bankruptcy or reconstruction"),
                ("National Police", "Section 135(1)", "No convictions"),
                ("Danish Business Authority", "Section 137(1)2", "Status: Normal"),
            ],
            (50, 60, 60),
            BLUE,
        ),
        heading("Remark"),
        text("The company has overdue debt to the Danish Tax Agency, below DKK 100,000."),
    )


def english_tax() -> bytes:
    head = Letterhead("Swedish Tax Agency", "171 94 Solna", RED, INVENTED)
    number = f"{MALARDALEN.number[:6]}-{MALARDALEN.number[6:]}"
    return _paper(
        head,
        "Certificate of taxes and contributions",
        facts(
            [
                ("Date of issue", "2026-11-17"),
                ("Certificate number", "SKV-2026-337106"),
                ("Registration number", number),
                ("Name", MALARDALEN.name),
                ("VAT number", MALARDALEN.vat),
                ("Approved for F-tax", "Yes"),
                ("Registered for VAT", "Yes"),
                ("Registered as employer", "Yes"),
                ("Tax debts", "SEK 18,400"),
                ("Unpaid social contributions", "No debts"),
                ("Enforcement Authority debts", "SEK 0"),
            ]
        ),
    )


def papers() -> dict[str, bytes]:
    """All of them, by their path."""
    made = {
        "iso-14001-malardalen": management("ISO 14001", "2015", "NC-14-2210"),
        "iso-45001-malardalen": management("ISO 45001", "2018", "NC-45-0871"),
        "iso-13485-malardalen": management("ISO 13485", "2016", "NC-13-0310"),
        "sa8000-malardalen": management("SA8000", "2014", "NC-SA-0042"),
        "mdr-havblik": device(
            regulation="MDR",
            law="Regulation (EU) 2017/745",
            number="PNB-MDR-24-00311",
            status="Valid",
            risk="Class IIa",
        ),
        "ivdr-havblik": device(
            regulation="IVDR",
            law="Regulation (EU) 2017/746",
            number="PNB-IVDR-24-00067",
            status="Suspended",
            risk="Class C",
        ),
        "mdd-havblik": device(
            regulation="MDD",
            law="Directive 93/42/EEC",
            number="PNB-MDD-19-00120",
            status="Valid",
            risk="Class IIb",
        ),
        "ppe-vaern": protective(),
        "doc-havblik": conformity(),
        "eudamed-havblik": eudamed(),
        "art-10a-havblik": interruption(),
        **insurance(),
        **agreements(),
        "skattepolitik-nordlys": tax_policy(),
        "art-5k-nordlys": russia(RUSSIA_DANISH, NORDLYS),
        "art-5k-fyns-english": russia(RUSSIA_ENGLISH, FYNS, english=True),
        "art-5k-admitted": russia(RUSSIA_ADMITTED, FYNS),
        "erklaering-134a-nordlys": havens(),
        "ipi-malardalen": origin(),
        "loenseddel-fyns": payslip(),
        **clauses(),
        "serviceattest-fyns-english": english_attest(),
        "skatteverket-malardalen-english": english_tax(),
    }
    return {f"papers/{name}.pdf": data for name, data in made.items()}
