"""What members say after a year: asked of nobody by name, kept without a trace, shown only together."""

from datetime import date, timedelta
from itertools import combinations

import pypdfium2
import pytest
import time_machine
from django.db import IntegrityError, connection, models, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kbl.periods import Quarter
from reporting.survey import answering, paper
from reporting.survey.answering import CardUsed, NothingAnswered, TooManyAnswers
from reporting.survey.models import SurveyAnswer, SurveyCard
from reporting.survey.questions import Question
from reporting.survey.results import LEAST, AnswerShare, _Counted, results, together
from reporting.survey.texts import QUESTIONS, TEXTS, WORDS
from tests.conftest import at
from vouchers.public.languages import languages

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
DAY = date(2026, 9, 17)
ADDRESS = "192.0.2.7"
ALL = {Question.KNOWLEDGE: "yes", Question.SKILLS: "no", Question.TAKING_PART: "no", Question.STAY: "cheaper"}


def say(library, said=ALL, *, on=DAY, address=ADDRESS, card=""):
    answering.answer(library, said, card=card, address=address, on=on, at=at(on))


def told(library, count, **said):
    """So many answers that lie in the table, of September 2026."""
    for _ in range(count):
        SurveyAnswer.objects.create(
            library=library, month=date(2026, 9, 1), **{"knowledge": "yes", "stay": "paying", **said}
        )


# What is kept


def test_what_is_kept_knows_a_month_and_no_more(venlo):
    say(venlo)
    kept = SurveyAnswer.objects.get()
    assert (kept.library, kept.month) == (venlo, date(2026, 9, 1))
    columns = {each.name: type(each) for each in SurveyAnswer._meta.get_fields()}
    assert set(columns) == {"id", "library", "month", *(each.value for each in Question)}
    assert models.DateTimeField not in columns.values() and columns["id"] is models.UUIDField


def test_the_database_takes_no_day_nothing_at_all_and_no_change(venlo):
    for wrong in ({"month": DAY, "stay": "no"}, {"month": date(2026, 9, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SurveyAnswer.objects.create(library=venlo, **wrong)
    told(venlo, 1)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        SurveyAnswer.objects.update(stay="no")


def test_a_question_may_stay_open_but_not_all(venlo):
    say(venlo, {Question.VISITS: "never"})
    with pytest.raises(NothingAnswered):
        say(venlo, {})
    with pytest.raises(ValueError):
        say(venlo, {Question.STAY: "perhaps"})
    assert SurveyAnswer.objects.count() == 1


def test_a_thousand_answers_from_one_place_are_not_taken(venlo):
    """Somebody's script at one address; the library beside it goes on, and the next hour begins anew."""
    taken = 0
    for _ in range(1_000):
        try:
            say(venlo)
            taken += 1
        except TooManyAnswers:
            break
    assert taken == answering.PER_HOUR
    say(venlo, address="192.0.2.8")
    say(venlo, on=DAY + timedelta(days=1))
    assert SurveyAnswer.objects.count() == taken + 2


# Cards


def test_a_card_answers_once_and_no_row_says_what(venlo, landgraaf):
    one, other = answering.make_cards(venlo, 2)
    say(venlo, card=one)
    with pytest.raises(CardUsed):
        say(venlo, card=one)
    with pytest.raises(CardUsed):
        say(landgraaf, card=other)
    with pytest.raises(CardUsed):
        say(venlo, card="nonsense-of-a-card")
    assert SurveyAnswer.objects.count() == 1
    assert {each.name for each in SurveyCard._meta.get_fields()} == {"digest", "library", "used"}
    assert one not in str(list(SurveyCard.objects.values())), "only its hash is kept"


def test_a_card_is_used_up_before_the_answer_is_written(venlo, django_assert_num_queries):
    """Two transactions: the database itself does not know which answer came with which card."""
    (code,) = answering.make_cards(venlo, 1)
    with connection.execute_wrapper(_in_turn := _Turns()):
        say(venlo, card=code)
    assert [each for each in _in_turn.found if "survey" in each] == ["UPDATE surveycard", "INSERT surveyanswer"]


class _Turns:
    """Which tables are written, in turn."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith(("UPDATE", "INSERT")):
            table = "surveycard" if "surveycard" in sql else "surveyanswer" if "surveyanswer" in sql else "other"
            self.found.append(f"{sql.split()[0]} {table}")
        return execute(sql, params, many, context)


def test_so_many_cards_at_a_time(venlo):
    for wrong in (0, -1, answering.MOST_CARDS + 1):
        with pytest.raises(ValueError):
            answering.make_cards(venlo, wrong)


# Results


def test_a_running_quarter_tells_nothing(venlo):
    told(venlo, 8)
    assert results(date(2026, 9, 30)) == []
    (found,) = results(date(2026, 10, 1))
    assert found.quarter == Quarter(2026, 3) and found.of(venlo).answers == 8


def test_what_counts_for_d_and_for_e(venlo):
    """Ten: seven say that one of three improved, two that none did, one left all three open; nine would stay or not."""
    told(venlo, 4)
    told(venlo, 3, knowledge="no", skills="bit", stay="cheaper")
    told(venlo, 2, knowledge="no", skills="unknown", stay="no")
    told(venlo, 1, knowledge="", visits="weekly", stay="")
    own = results(date(2026, 10, 1))[0].of(venlo)
    assert (own.improved, own.stays, own.answers) == (AnswerShare(7, 9), AnswerShare(7, 9), 10)


def test_fewer_than_five_are_not_shown(venlo):
    told(venlo, 4)
    (found,) = results(date(2026, 10, 1))
    assert found.whole is None and found.libraries == () and found.of(venlo) is None


def test_few_stand_with_others_so_that_nothing_follows_by_subtraction(venlo, landgraaf, gennep):
    told(venlo, 9)
    told(landgraaf, 6)
    told(gennep, 2)
    (found,) = results(date(2026, 10, 1))
    shown = {each.name: each.answers for each in found.libraries}
    assert shown == {"Bibliotheek Venlo": 9, "Andere bibliotheken samen": 8} and found.whole.answers == 17


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)), max_size=7))
def test_no_set_of_rows_tells_of_fewer_than_five(numbers):
    """Whoever adds and subtracts all that is shown, the whole too, finds no count of one to four."""
    counted = [_Counted(f"bibliotheek {i}", max(n), 0, n[0], 0, n[1]) for i, n in enumerate(numbers) if max(n)]
    rows = together(counted)
    whole = sum(counted, _Counted("alle"))
    if whole.least < LEAST:
        return  # then nothing at all is shown
    for each in rows:
        assert each.least >= LEAST
    for size in range(len(rows) + 1):
        for some in combinations(rows, size):
            rest = [getattr(whole, name) - sum(getattr(one, name) for one in some) for name in _WHOLES]
            assert not any(0 < left < LEAST for left in rest), rest


_WHOLES = ("answers", "asked_improved", "asked_stays")


@given(st.integers(5, 400), st.data())
def test_the_margin_is_that_of_wilson_and_never_nothing(of, data):
    share = AnswerShare(data.draw(st.integers(0, of)), of)
    assert 0 < share.margin <= 0.33 and (of < 100 or share.margin < 0.1)


# The page


def phone_at(phone_client, path="", **asked):
    return phone_client.get(f"/enquete/bibliotheek-venlo/{path}", asked)


def test_the_page_speaks_seven_languages_and_keeps_no_cookie(client, venlo):
    for each in languages():
        answer = client.get("/enquete/bibliotheek-venlo/", {"taal": each.code})
        page = answer.content.decode()
        with translation.override(each.code):
            for text in (TEXTS["title"], TEXTS["send"], *QUESTIONS.values(), *set(map(str, WORDS.values()))):
                assert str(text) in page, (each.code, str(text))
        assert not answer.cookies and answer["Content-Language"] == each.code


def test_answers_are_sent_once_and_thanked_for(client, venlo):
    sent = client.post("/enquete/bibliotheek-venlo/?taal=pl", {"stay": "paying", "visits": "weekly"})
    assert sent.status_code == 302 and sent["Location"].endswith("?taal=pl&dank=1")
    assert "Dziękujemy!" in client.get(sent["Location"]).content.decode()
    assert SurveyAnswer.objects.get().stay == "paying"


def test_what_was_chosen_stays_when_it_is_not_taken(client, venlo):
    (code,) = answering.make_cards(venlo, 1)
    client.post("/enquete/bibliotheek-venlo/", {"stay": "no", "card": code})
    again = client.post("/enquete/bibliotheek-venlo/", {"stay": "no", "card": code})
    assert again.status_code == 409 and "Met deze kaart is al geantwoord" in again.content.decode()
    assert 'value="no" checked' in again.content.decode()
    nothing = client.post("/enquete/bibliotheek-venlo/", {"stay": "x" * 500})
    assert nothing.status_code == 422 and "minstens één vraag" in nothing.content.decode()


def test_a_library_that_does_not_take_part_yet_asks_nothing(client, venlo, food_bank):
    assert client.get("/enquete/geen-bibliotheek/").status_code == 404
    assert client.get(f"/enquete/{food_bank.slug}/").status_code == 404
    with time_machine.travel(at(date(2025, 8, 31)), tick=False):
        assert client.get("/enquete/bibliotheek-venlo/").status_code == 404


# At the library and at Cubiss


def test_the_manager_prints_a_poster_and_cards(client, venlo, manager):
    client.force_login(manager)
    assert "enquete/bibliotheek-venlo/" in client.get("/bibliotheek/enquete/").content.decode()
    assert client.get("/bibliotheek/enquete/poster/").content.startswith(b"%PDF")
    code = client.get("/bibliotheek/enquete/code.png")
    assert code.content.startswith(b"\x89PNG") and code["Content-Type"] == "image/png", "for in a letter about renewing"
    made = client.post("/bibliotheek/enquete/kaarten/", {"count": "9"})
    assert made.content.startswith(b"%PDF") and SurveyCard.objects.filter(library=venlo, used=False).count() == 9
    wrong = client.post("/bibliotheek/enquete/kaarten/", {"count": "1000"})
    assert wrong.status_code == 422 and "1 tot en met 200" in wrong.content.decode()
    assert 'value="1000"' in wrong.content.decode() and SurveyCard.objects.count() == 9


def test_a_code_on_paper_leads_to_the_page_with_its_card_behind_the_hash(venlo):
    (code,) = answering.make_cards(venlo, 1)
    assert paper.address_of(venlo).endswith("/enquete/bibliotheek-venlo/")
    assert paper.cards(venlo, [code], at=at(DAY)) != paper.cards(venlo, ["another-code"], at=at(DAY))
    poster = paper.poster(venlo, at=at(DAY))
    assert poster == paper.poster(venlo, at=at(DAY))
    read = pypdfium2.PdfDocument(poster)[0].get_textpage().get_text_range()
    assert "Co Pani/Pan myśli o bibliotece?" in read and "бібліотеку" in read, "also for who reads no Dutch"
    sheets = pypdfium2.PdfDocument(paper.cards(venlo, [f"code-{i:08}" for i in range(9)], at=at(DAY)))
    assert len(sheets) == 2, "eight on a page"


def test_library_and_cubiss_see_quarters_that_are_over(client, venlo, landgraaf, manager, coordinator):
    told(venlo, 9)
    told(landgraaf, 6)
    client.force_login(manager)
    own = client.get("/bibliotheek/enquete/").content.decode()
    assert "3e kwartaal 2026" in own and "Landgraaf" not in own
    client.force_login(coordinator)
    all_of_it = client.get("/cubiss/rapportages/enquete/").content.decode()
    assert "Bibliotheek Landgraaf" in all_of_it and "Alle bibliotheken" in all_of_it
    assert client.get("/cubiss/rapportages/enquete/bibliotheek-venlo/poster/").content.startswith(b"%PDF")
