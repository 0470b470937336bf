"""A list of people is taken whole, or refused with the place that is wrong."""

from pathlib import Path

import pytest

from services.notifications.directory import CannotRead, people_in, read_directory, teams_in

HEADER = "subject,name,email,roles,buyers,language,deputy\n"


def test_several_roles_and_buyers_are_separated_by_semicolons() -> None:
    (mette, jonas) = people_in(
        HEADER + "mette,Mette Lund,mette@a.example,officer;approver,dk-cvr-1; dk-cvr-2,sv,jonas\n"
        "jonas,Jonas Bruun,jonas@a.example,officer,*,,\n"
    )
    assert mette.roles == ("officer", "approver")
    assert mette.buyers == ("dk-cvr-1", "dk-cvr-2")
    assert (mette.language, mette.deputy) == ("sv", "jonas")
    assert (jonas.language, jonas.deputy) == ("da", "")
    assert jonas.serves("dk-cvr-9")


def test_the_sample_file_is_read_with_its_hash() -> None:
    taken = read_directory(Path("samples/people.csv"))
    assert [p.subject for p in taken.people if "approver" in p.roles] == [
        "anders.kjaer",
        "birgit.noer",
    ]
    assert len(taken.file_sha256) == 64


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("subject,name\n", "line 1: there is no column email, roles, buyers"),
        (HEADER.replace("deputy", "vikar"), "line 1: nobody knows the column vikar"),
        (HEADER + "a,A,a@x.example,boss,b,da,\n", "line 2, column roles: there is no role boss"),
        (HEADER + "a,A,nowhere,officer,b,da,\n", "line 2, column email"),
        (HEADER + "a,A,a@x.example,officer,,da,\n", "line 2, column buyers: it is empty"),
        (HEADER + "a,A,a@x.example,officer,b,no,\n", "line 2, column language: no is not one"),
        (HEADER + "a,A,a@x.example,officer,b,da,c\n", "line 2, column deputy: c is nobody"),
        (HEADER + "a,A,a@x.example,officer,b,da,,extra\n", "line 2: it has more cells"),
        (HEADER + "a,A,a@x.example,officer,b\n" * 2, "line 3, column subject: a is on line 2"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_column(text: str, place: str) -> None:
    with pytest.raises(CannotRead, match=r"people\.csv") as refused:
        people_in(text)
    assert place in str(refused.value)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(HEADER.encode() + b"\xff\xfe")
    with pytest.raises(CannotRead, match="line 2: it is not UTF-8"):
        read_directory(tmp_path / "people.csv")
    with pytest.raises(CannotRead, match="cannot be opened"):
        read_directory(tmp_path / "nobody.csv")


TEAMS = """id,name,kind,buyers,webhook,webhook_form
wages,Wages,steering group,dk-cvr-91204711,https://hooks.example/in,slack
"""
MEMBER = "subject,name,email,roles,buyers,teams\na,A,a@x.example,officer,*,wages\n"


def test_people_belong_to_units_and_steering_groups(tmp_path: Path) -> None:
    people, teams = tmp_path / "people.csv", tmp_path / "teams.csv"
    people.write_text(MEMBER)
    teams.write_text(TEAMS)
    taken = read_directory(people, teams)
    assert taken.people[0].teams == ("wages",)
    assert (taken.teams[0].kind, taken.teams[0].webhook_form) == ("steering group", "slack")
    with pytest.raises(CannotRead, match="wages, which is in no file of teams"):
        read_directory(people)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (TEAMS.replace("slack", "fax"), "line 2, column webhook_form: fax is not one of"),
        (TEAMS.replace("steering group", "club"), "line 2, column kind: club is not one of"),
        (TEAMS.replace("wages,Wages", ",Wages"), "line 2, column id: it is empty"),
        (TEAMS + TEAMS.splitlines()[1], "line 3, column id: wages is in the file already"),
    ],
)
def test_a_wrong_file_of_teams_says_where(wrong: str, said: str) -> None:
    with pytest.raises(CannotRead, match=said):
        teams_in(wrong)
