"""The PDF documents of the story: Danish serviceattester, a payment receipt, certificates."""

from dataclasses import dataclass

from making.cast import (
    BALTIC,
    DEBT,
    FYNS,
    HANSEN_HOLM,
    MALARDALEN,
    NORDLYS,
    ORESUND,
    Company,
)
from making.paper import Letterhead, document, facts, gap, heading, table, text, title

BLUE, GREEN, RED, DARK = "#1f3a5f", "#2f5d46", "#7a1f2b", "#333333"
ERST = Letterhead("Erhvervsstyrelsen", "Langelinie Allé 17, 2100 København Ø", BLUE)
GAELD = Letterhead("Gældsstyrelsen", "for Skatteforvaltningen", DARK)
CERTIFIER = Letterhead(
    "Polarstjernen Certificering A/S", "Akkreditering nr. 9907 - ledelsessystemer", GREEN
)
SKATTEVERKET = Letterhead(
    "Skatteverket", "171 94 Solna", RED, "Exempel - påhittat dokument utan giltighet"
)
BOLAGSVERKET = Letterhead(
    "Bolagsverket", "851 81 Sundsvall", DARK, "Exempel - påhittat dokument utan giltighet"
)
DANISH_DEBT = f"{DEBT:,}".replace(",", ".")


@dataclass(frozen=True)
class Attest:
    """What one serviceattest says. `debt` is owed to Skatteforvaltningen, in Danish kroner."""

    company: Company
    number: str
    issued: str
    debt: str = ""


ATTESTS = (
    Attest(NORDLYS, "SA-2026-1104731", "16-11-2026"),
    Attest(HANSEN_HOLM, "SA-2026-1104902", "17-11-2026", DANISH_DEBT),
    Attest(BALTIC, "SA-2026-1104788", "16-11-2026"),
    Attest(ORESUND, "SA-2026-1105219", "19-11-2026"),
    Attest(FYNS, "SA-2026-1105344", "20-11-2026"),
)


def serviceattest(attest: Attest) -> bytes:
    company, debt = attest.company, attest.debt
    taxes = f"Forfalden gæld: DKK {debt}" if debt else "Ingen forfalden gæld"
    remark = "med anmærkning" if debt else "uden anmærkninger"
    authorities = [
        ("Myndighed", "Kontrolleret efter", "Resultat"),
        ("Skatteforvaltningen", "Udbudsloven § 135, stk. 3, og § 137, stk. 1, nr. 6", taxes),
        ("ATP", "Udbudsloven § 135, stk. 3", "Ingen forfalden gæld"),
        ("Skifteretten", "Udbudsloven § 137, stk. 1, nr. 2", "Ingen konkurs eller rekonstruktion"),
        ("Rigspolitiet", "Udbudsloven § 135, stk. 1", "Ingen domme eller bødeforlæg"),
        ("Erhvervsstyrelsen", "Udbudsloven § 137, stk. 1, nr. 2", "Status: Normal"),
    ]
    story = [
        title("Serviceattest"),
        text("Attest efter udbudsloven til brug ved offentlige indkøb."),
        facts(
            [
                ("Attestnummer", attest.number),
                ("Udstedelsesdato", attest.issued),
                ("CVR-nummer", company.number),
                ("Virksomhedens navn", company.name),
                ("Adresse", company.address),
                ("Branche", company.trade),
                ("Omfattede personer", f"{company.director.name}, direktør"),
            ]
        ),
        heading("Resultat"),
        text(f"Serviceattesten er udstedt {remark}."),
        text("[X] Uden anmærkninger   [  ] Med anmærkninger")
        if not debt
        else text("[  ] Uden anmærkninger   [X] Med anmærkninger"),
        heading("Oplysninger fra myndighederne"),
        table(authorities, (42, 74, 54), BLUE),
    ]
    if debt:
        story += [
            heading("Anmærkning"),
            text(
                f"Virksomheden har forfalden gæld til Skatteforvaltningen på DKK {debt}. "
                "Gælden er på 100.000 kr. eller derover. Gælden er opgjort den 13-11-2026. "
                "Der er ikke indgået aftale om afvikling, og der er ikke stillet sikkerhed."
            ),
        ]
    story += [
        gap(),
        text(
            "Attesten viser forholdene på udstedelsesdatoen. Ordregiver afgør selv, hvor gammel "
            "en attest må være. Attesten er dannet maskinelt og gælder uden underskrift."
        ),
    ]
    return document(ERST, f"Serviceattest {company.name}", story)


def payment_receipt() -> bytes:
    company = HANSEN_HOLM
    story = [
        title("Bekræftelse på betaling"),
        facts(
            [
                ("Dato", "20-11-2026"),
                ("Sagsnummer", "GS-2026-0088412"),
                ("CVR-nummer", company.number),
                ("Virksomhedens navn", company.name),
                ("Adresse", company.address),
            ]
        ),
        gap(),
        text(
            f"Gældsstyrelsen bekræfter, at gælden til Skatteforvaltningen på DKK {DANISH_DEBT} "
            "er betalt fuldt ud den 19-11-2026."
        ),
        heading("Betalingen"),
        table(
            [
                ("Fordring", "Forfalden", "Beløb (DKK)", "Betalt", "Rest (DKK)"),
                ("A-skat og AM-bidrag, 2. kvartal 2026", "10-08-2026", "96.500", "19-11-2026", "0"),
                ("Moms, 2. kvartal 2026", "01-09-2026", "43.500", "19-11-2026", "0"),
                ("I alt", "", DANISH_DEBT, "", "0"),
            ],
            (64, 26, 28, 26, 26),
            DARK,
        ),
        gap(),
        facts([("Restgæld i alt", "DKK 0"), ("Opgjort den", "20-11-2026")]),
        gap(),
        text("Virksomheden har herefter ingen forfalden gæld til det offentlige."),
    ]
    return document(GAELD, f"Bekræftelse på betaling {company.name}", story)


def quality_certificate(company: Company, number: str, sites: list[tuple[str, str]]) -> bytes:
    scope = "Rengøring og hygiejneydelser på hospitaler og andre sundhedsbygninger"
    story = [
        title("Certifikat - ISO 9001:2015"),
        text("Det bekræftes, at ledelsessystemet for kvalitet hos"),
        facts(
            [
                ("Virksomhedens navn", company.name),
                ("CVR-nummer", company.number),
                ("Adresse", company.address),
            ]
        ),
        gap(),
        text("er bedømt og opfylder kravene i DS/EN ISO 9001:2015 for følgende område:"),
        text(scope),
        facts(
            [
                ("Certifikatnummer", number),
                ("Standard", "ISO 9001:2015"),
                ("Certificeringsorgan", CERTIFIER.issuer),
                ("Akkreditering", "Nr. 9907 (opdigtet)"),
                ("Udstedelsesdato", "01-12-2025"),
                ("Gyldigt til", "30-11-2028"),
                ("Næste opfølgende audit", "senest 30-11-2026"),
            ]
        ),
        heading("Omfattede lokaliteter"),
        table([("Lokalitet", "Adresse"), *sites], (60, 110), GREEN),
        gap(),
        text("Gyldigheden forudsætter tilfredsstillende opfølgende audit mindst én gang om året."),
    ]
    return document(CERTIFIER, f"ISO 9001:2015 {company.name}", story)


def swedish_tax_certificate() -> bytes:
    company = MALARDALEN
    story = [
        title("Intyg om skatter och avgifter"),
        facts(
            [
                ("Utfärdat", "2026-11-17"),
                ("Intygsnummer", "SKV-2026-337105"),
                ("Organisationsnummer", f"{company.number[:6]}-{company.number[6:]}"),
                ("Företagets namn", company.name),
                ("Adress", company.address),
                ("Momsregistreringsnummer", company.vat),
            ]
        ),
        heading("Uppgifter"),
        table(
            [
                ("Uppgift", "Svar", "Per den"),
                ("Godkänd för F-skatt", "Ja", "2026-11-17"),
                ("Registrerad för mervärdesskatt", "Ja", "2026-11-17"),
                ("Registrerad som arbetsgivare", "Ja", "2026-11-17"),
                ("Skatteskulder", "Inga skulder", "2026-11-17"),
                ("Obetalda socialavgifter", "Inga skulder", "2026-11-17"),
                ("Skulder hos Kronofogden", "0 kr", "2026-11-17"),
            ],
            (82, 48, 40),
            RED,
        ),
        gap(),
        text("Intyget visar förhållandena den dag det utfärdades."),
    ]
    return document(SKATTEVERKET, f"Intyg om skatter {company.name}", story)


def swedish_registration() -> bytes:
    company = MALARDALEN
    name = company.director.name
    story = [
        title("Registreringsbevis - Aktiebolag"),
        facts(
            [
                ("Utfärdat", "2026-11-16"),
                ("Organisationsnummer", f"{company.number[:6]}-{company.number[6:]}"),
                ("Företagsnamn", company.name),
                ("Registreringsdatum", company.founded.isoformat()),
                ("Säte", f"{company.city}, Västmanlands län"),
                ("Adress", company.address),
                ("Aktiekapital", "500 000 SEK"),
                ("Räkenskapsår", "0101 - 1231"),
            ]
        ),
        heading("Styrelse och företrädare"),
        table(
            [
                ("Funktion", "Namn", "Firmateckning"),
                ("Styrelseledamot, verkställande direktör", name, "Firman tecknas av styrelsen"),
                ("Styrelseordförande", "Torbjörn Västgård Enmark", "Två i förening"),
            ],
            (70, 55, 45),
            DARK,
        ),
        heading("Registrerade förfaranden"),
        text("Inget pågående insolvensförfarande. Ingen likvidation. Inget näringsförbud."),
    ]
    return document(BOLAGSVERKET, f"Registreringsbevis {company.name}", story)


def papers() -> dict[str, bytes]:
    """All PDF files of the story."""
    written = {f"pdf/serviceattest-{a.company.key}.pdf": serviceattest(a) for a in ATTESTS}
    written["pdf/betaling-hansen-holm.pdf"] = payment_receipt()
    written["pdf/iso-9001-nordlys.pdf"] = quality_certificate(
        NORDLYS,
        "PC-QMS-25-00417",
        [
            ("Hovedkontor", NORDLYS.address),
            ("Drift, Sygehus Nord", "Nordkapvej 2, 9800 Hjørring"),
            ("Drift, Sygehus Vest", "Fjordbakken 70, 7700 Thisted"),
        ],
    )
    written["pdf/iso-9001-fyns.pdf"] = quality_certificate(
        FYNS, "PC-QMS-25-00583", [("Hovedkontor", FYNS.address)]
    )
    written["pdf/skatteverket-malardalen.pdf"] = swedish_tax_certificate()
    written["pdf/bolagsverket-malardalen.pdf"] = swedish_registration()
    return written
