# ruff: noqa: RUF001 - names in their own script
"""Who stands on the sample lists. Five entries of each list are published ones, the rest invented.

Published on the UN list: CDi.030, LYi.017, KPe.001, SOe.001, QDe.004. Published by the EU:
Deripaska and Usmanov (269/2014), Kalashnikov Concern, Wagner Group, Al-Qaida. Their reference
numbers on our EU list are ours, as are all numbers, dates and reasons of the invented ones.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Listed:
    """One listed person or company. `names` are in Latin script, the first is the main one."""

    number: int
    names: tuple[str, ...]
    programme: str
    since: str
    person: bool = True
    original: tuple[str, str] | None = None  # name and its language
    born: str = ""  # ISO 8601 in the precision known
    nation: str = ""
    weak: tuple[str, ...] = ()
    un_reference: str = ""
    passport: str = ""
    company_number: str = ""
    reason: str = ""


EU_PUBLISHED = (
    Listed(
        3172,
        ("Oleg Vladimirovich DERIPASKA",),
        "UKR",
        "2022-04-08",
        original=("Олег Владимирович ДЕРИПАСКА", "RU"),
        born="1968-01-02",
        nation="RU",
    ),
    Listed(
        2930,
        ("Alisher Burkhanovich USMANOV", "Alisher Burkhanovich USMONOV"),
        "UKR",
        "2022-02-28",
        original=("Алишер Бурханович УСМАНОВ", "RU"),
        born="1953-09-09",
    ),
    Listed(
        4338,
        ("JSC Kalashnikov Concern",),
        "UKR",
        "2022-04-08",
        person=False,
        original=("АО Концерн ‘Калашников’", "RU"),
        company_number="1111832003018",
    ),
    Listed(
        4479,
        ("Wagner Group", "Vagner Group", "PMC Wagner"),
        "UKR",
        "2023-04-13",
        person=False,
        original=("Группа Вагнера", "RU"),
        weak=("Liga", "League"),
    ),
    Listed(113458, ("Al-Qaida",), "EUAQ", "2001-10-06", person=False, un_reference="QDe.004"),
)

EU_INVENTED = tuple(
    Listed(90100 + n, names, programme, since, born=born, nation=nation, reason=reason)
    for n, (names, programme, since, born, nation, reason) in enumerate(
        (
            (("Gleb Innokentyevich VORSHANIN",), "UKR", "2022-06-03", "1961-02-08", "RU", "arms"),
            (
                ("Marat Faridovich SULTANBEYEV", "Marat SULTANBEEV"),
                "UKR",
                "2023-02-25",
                "1970-07-30",
                "RU",
                "arms",
            ),
            (("Zinaida Platonovna KREMESHKOVA",), "UKR", "2023-06-23", "1979-11", "RU", "media"),
            (
                ("Uladzislau Henadzevich TSIARENTSEU", "Vladislav Gennadyevich TERENTSEV"),
                "BLR",
                "2021-06-21",
                "1966-05-12",
                "BY",
                "police",
            ),
            (("Ryhor Kanstantsinavich MALAVEIKA",), "BLR", "2022-06-03", "1958", "BY", "courts"),
            (("Bassam Nuri AL-TARRAKHI",), "SYR", "2014-07-23", "1969-09-19", "SY", "fuel"),
            (("Widad Marwan SHAHBANDIR",), "SYR", "2018-10-01", "1982", "SY", "property"),
            (("Farhad GHOREISHVAND",), "IRN", "2012-12-22", "1957-03-04", "IR", "drones"),
            (("Parviz Heshmatollah NIKOUZADEH",), "IRN", "2023-07-20", "1971", "IR", "drones"),
            (("RI Kwang Sop-chol", "RI Kwang Sopchol"), "PRK", "2017-10-16", "1963", "KP", "bank"),
            (("PAK Un Hyok-jun",), "PRK", "2018-01-22", "1968-08-24", "KP", "shipping"),
            (("Thura Zaw MYINT LWIN",), "MMR", "2021-03-22", "1964-01-17", "MM", "army"),
            (("Nilar Phyu HTET AUNG",), "MMR", "2022-11-08", "1975", "MM", "army"),
            (("Gonzalo Ezequiel URDANETA BRACHO",), "VEN", "2018-06-25", "1967", "VE", "courts"),
            (("Salim Abdelkrim BOUHAFSA",), "LBY", "2020-09-21", "1973-04-02", "LY", "militia"),
            (("Jean-Bosco KALINDULA Mwamba",), "COD", "2022-12-08", "1977", "CD", "mining"),
            (("Osman Idris HAGGAR TAHA",), "SDNZ", "2024-01-22", "1968-12-30", "SD", "gold"),
            (("Renato Iurievici CIUBOTARENCU",), "MDA", "2023-05-30", "1984-03-26", "MD", "votes"),
            (("Feofan Lavrentyevich OSTROKHIN",), "CYB", "2020-07-30", "1990-10-05", "RU", "cyber"),
            (("Wilmer Anastasio CENTENO LOBO",), "NIC", "2021-08-02", "1959", "NI", "police"),
        )
    )
)

EU_COMPANIES = tuple(
    Listed(90200 + n, names, programme, since, person=False, company_number=register, reason=why)
    for n, (names, programme, since, register, why) in enumerate(
        (
            (("OOO Polyarnaya Verf-12", "Polar Yard 12 LLC"), "UKR", "2023-12-18", "", "ships"),
            (("Sibtransneftegruz JSC",), "UKR", "2024-06-24", "1037700912345", "oil"),
            (("OAO Zavod Grom-Optika",), "UKR", "2024-12-16", "1025901112223", "optics"),
            (("Belavtoshina-Export OAO",), "BLR", "2022-03-02", "190871203", "tyres"),
            (("Al-Furat Cement & Steel Holding",), "SYR", "2019-01-21", "", "property"),
            (("Khazar Sepehr Aero Parts Co.",), "IRN", "2023-12-11", "", "drones"),
            (("Taedong Rich Fortune Trading Corporation",), "PRK", "2017-08-10", "", "coal"),
            (("Golden Lotus Timber Enterprise Ltd",), "MMR", "2021-06-21", "", "timber"),
            (("Sahara Gate Maritime Services",), "LBY", "2020-09-21", "", "ships"),
        )
    )
)

PERSON_A = Listed(
    90301,
    (
        "Vsevolod Tikhonovich ZHARKOVETSKIY",
        "Usevalad Tsikhanavich ZHARKAVETSKI",
        "Vsevolod ZHARKOVETSKIY",
    ),
    "BLR",
    "2026-11-20",
    original=("Всеволод Тихонович ЖАРКОВЕЦКИЙ", "RU"),
    born="1968-03-17",
    nation="BY",
    passport="MP9900417",
    reason="facility services for state bodies",
)
PERSON_B = Listed(
    90302,
    ("Aigul Toktogulovna BERDIKENOVA", "Aigul BERDIKENOVA"),
    "UKR",
    "2026-11-20",
    original=("Айгуль Токтогуловна БЕРДИКЕНОВА", "RU"),
    born="1974-09-02",
    nation="KG",
    passport="AN9901182",
    reason="re-export of dual-use goods",
)
PERSON_C = Listed(
    90303,
    ("Stepan Dmitrievich KYRDZHALIYEV", "Stepan KYRDZHALIYEV", "Ștefan CÎRJALIEV"),
    "MDA",
    "2026-11-20",
    original=("Степан Дмитриевич КЫРДЖАЛИЕВ", "RU"),
    born="1971-11-28",
    nation="MD",
    passport="AA9900635",
    reason="financing of destabilising actions",
)

REMOVED = EU_COMPANIES[4]  # delisted in version 2
CHANGED = replace(
    EU_INVENTED[1],
    names=(*EU_INVENTED[1].names, "Marat Farid-uly SULTANBEKOV"),
    nation="KZ",
)

EU_1 = (*EU_PUBLISHED, *EU_INVENTED, *EU_COMPANIES)
EU_2 = (
    *(CHANGED if entry.number == CHANGED.number else entry for entry in EU_1 if entry != REMOVED),
    PERSON_A,
    PERSON_B,
    PERSON_C,
)

UN_PUBLISHED = (
    Listed(
        6908021,
        ("BOSCO TAGANDA",),
        "DRC",
        "2005-11-01",
        nation="Democratic Republic of the Congo",
        un_reference="CDi.030",
    ),
    Listed(
        690778,
        ("SAIF AL-ISLAM QADHAFI",),
        "Libya",
        "2011-02-26",
        born="1972-06-25",
        un_reference="LYi.017",
    ),
    Listed(
        690735,
        ("KOREA MINING DEVELOPMENT TRADING CORPORATION",),
        "DPRK",
        "2009-04-24",
        person=False,
        un_reference="KPe.001",
    ),
    Listed(6908033, ("AL-SHABAAB",), "Somalia", "2010-04-12", person=False, un_reference="SOe.001"),
    Listed(
        113458,
        ("AL-QAIDA",),
        "Al-Qaida",
        "2001-10-06",
        person=False,
        original=("القاعدة", "AR"),
        un_reference="QDe.004",
    ),
)

UN_INVENTED = tuple(
    Listed(
        9907000 + n,
        names,
        programme,
        since,
        born=born,
        nation=nation,
        weak=weak,
        un_reference=reference,
    )
    for n, (reference, names, weak, programme, since, born, nation) in enumerate(
        (
            ("CDi.901", ("PASCAL", "KALUMIRE BAHATI"), ("Tigre",), "DRC", "2012-12-31", "1974", ""),
            ("CDi.902", ("EMERY", "NDUWARUGIRA"), (), "DRC", "2016-03-01", "1969-05-14", ""),
            ("LYi.901", ("ABDELHAKIM", "AL-MISALLATI"), (), "Libya", "2018-06-07", "1980", "Libya"),
            ("KPi.901", ("CHOE", "RYONG NAM-IL"), (), "DPRK", "2016-03-02", "1960-09-27", ""),
            ("KPi.902", ("JANG", "HYON U-SONG"), ("Mr Jang",), "DPRK", "2017-06-02", "1971", ""),
            ("QDi.901", ("YUSUF", "AL-BATTARJI"), ("Abu Idris",), "Al-Qaida", "2004-01-26", "", ""),
            ("QDi.902", ("HAMZA", "TELMESSANI"), (), "Al-Qaida", "2015-09-29", "1986-02-01", ""),
            ("QDi.903", ("NAJM", "AL-KHUZAYMI"), (), "Al-Qaida", "2017-07-20", "1979", "Iraq"),
            ("TAi.901", ("ABDUL WASEH", "ZURMATAI"), (), "Taliban", "2001-02-23", "1966", ""),
            ("TAi.902", ("GUL RAHIM", "SPINZADA"), ("Haji Gul",), "Taliban", "2011-01-04", "", ""),
            ("IQi.901", ("MUNIR", "AL-DULAYMI-HADITHI"), (), "Iraq", "2003-06-27", "1948", "Iraq"),
            ("SOi.901", ("LIBAN", "DIRIYE WARSAME"), (), "Somalia", "2014-09-23", "1977", ""),
            ("CFi.901", ("ABAKAR", "ZOUNGOULA"), (), "CAR", "2017-05-17", "1972-11-11", ""),
            ("YEi.901", ("YAHYA", "AL-HAMDUNI"), (), "Yemen", "2015-04-14", "1981", "Yemen"),
            ("SDi.901", ("ADAM", "TIJANI BAKHEET"), (), "Sudan", "2024-11-08", "1970-01-01", ""),
            ("HTi.901", ("WILNER", "DESROSIERS-PAUL"), (), "Haiti", "2023-12-08", "1988", "Haiti"),
            ("SSi.901", ("GATWECH", "LAM DENG"), (), "SouthSudan", "2018-07-13", "1961", ""),
            ("GBi.901", ("SADIO", "MANÉ CABRAL"), (), "GB", "2012-05-18", "1957-06-03", ""),
            ("IRi.901", ("BEHROUZ", "TALEGHANPOUR"), (), "Iran", "2008-03-03", "1954", "Iran"),
        )
    )
)

UN_COMPANIES = tuple(
    Listed(9908000 + n, (name,), programme, since, person=False, un_reference=reference)
    for n, (reference, name, programme, since) in enumerate(
        (
            ("CDe.901", "GRANDS MONTS COMPTOIR DE L'OR", "DRC", "2012-12-31"),
            ("KPe.901", "MORANBONG OCEAN SHIPPING COMPANY", "DPRK", "2016-11-30"),
            ("KPe.902", "RAKRANG BRIGHT STAR FINANCE BANK", "DPRK", "2017-08-05"),
            ("QDe.901", "AL-NUR CHARITABLE CARAVAN", "Al-Qaida", "2004-06-28"),
            ("QDe.902", "KATIBAT ANSAR AL-SAHRA", "Al-Qaida", "2019-02-14"),
            ("TAe.901", "ZURMAT MONEY EXCHANGE", "Taliban", "2012-06-29"),
            ("IRe.901", "SANAM NAVID AEROSPACE INDUSTRIES", "Iran", "2008-03-03"),
            ("LYe.901", "MEDITERRANEAN LAMP TANKERS", "Libya", "2017-07-21"),
        )
    )
)

UN_1 = (*UN_PUBLISHED, *UN_INVENTED, *UN_COMPANIES)
