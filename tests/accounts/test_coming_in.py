"""Coming in and acting, to the letter: who acts for whom, what is kept of a code, and which link opens what."""

import base64
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from kbl.accounts import adapter, codes, uploads
from kbl.accounts.access import SESSION_KEY, Acting, acting_in, withheld_at
from kbl.accounts.adapter import MFAAdapter
from kbl.accounts.assignments import of_user
from kbl.accounts.backends import RoleBackend
from kbl.accounts.models import Assignment, User
from kbl.accounts.reset_tokens import ResetTokens
from kbl.accounts.resets import reset_letter
from kbl.accounts.roles import AUDIENCES, ROLES, Audience, Right, Role, RoleDetails, missing_details
from kbl.organisations.models import Branch, Municipality
from tests.conftest import PASSWORD, at

NOON = at(date(2026, 10, 6))


@pytest.fixture
def desk(db) -> User:
    return User.objects.create_user("balie@venlo.example", PASSWORD, name="Balie Venlo")


def request_of(rf, user, **session):
    request = rf.get("/")
    request.user, request.session = user, session
    return request


def test_who_acts_is_read_once_with_all_that_a_page_asks(rf, clerk, venlo, landgraaf, django_assert_num_queries):
    other = Assignment.objects.create(user=clerk, role=Role.LIBRARY_MANAGER, organisation=landgraaf)
    mine = clerk.assignments.exclude(pk=other.pk).get()
    request = request_of(rf, User.objects.get(pk=clerk.pk), **{SESSION_KEY: other.pk})
    with django_assert_num_queries(1):
        acting = acting_in(request, Audience.LIBRARY)
        assert acting_in(request, Audience.LIBRARY) == acting
        assert (acting.user, acting.role, acting.organisation) == (clerk, Role.LIBRARY_MANAGER, landgraaf)
        assert acting.branch == other.branch and acting.choices == (mine, other) and acting.organisation.participation
    assert hash(acting) and acting.withheld == frozenset()
    with pytest.raises(Http404):
        acting_in(request, Audience.CUBISS)


def test_each_role_comes_with_its_place_in_one_question(coordinator, clerk, worker, venlo, django_assert_num_queries):
    """Of the programme nothing, of an intermediary no library, of a library its branches by name and one's own."""
    where = venlo.branches.values_list("municipality", flat=True).first() or Municipality.objects.first().pk
    venlo.branches.all().delete()
    late, early = (Branch.objects.create(organisation=venlo, name=name, municipality_id=where) for name in "BA")
    mine = clerk.assignments.get()
    mine.branch = late
    mine.save()
    other = Assignment.objects.create(user=clerk, role=Role.LIBRARY_MANAGER, organisation=venlo)
    with django_assert_num_queries(3):
        (office,), (hands_out,), (desk, manager) = (of_user(user) for user in (coordinator, worker, clerk))
        assert office.organisation is None and office.branches_there == () and office.user is coordinator
        assert hands_out.organisation.name and not hasattr(hands_out.organisation, "participation")
        assert hands_out.branches_there == ()
        assert (desk.pk, manager.pk) == (mine.pk, other.pk)
        for each in (desk, manager):
            assert each.branches_there == (early, late) and each.organisation.participation.library is each.organisation
            assert all(branch.organisation is each.organisation for branch in each.branches_there)
        assert desk.branch is desk.branches_there[1] and manager.branch is None
    mine.branch = early
    mine.save()
    with django_assert_num_queries(1):
        assert (desk := of_user(clerk)[0]).branch is desk.branches_there[0], "one's own may be the first"


def test_nobody_acts_as_nobody(rf):
    with pytest.raises(Http404):
        acting_in(request_of(rf, AnonymousUser()), Audience.LIBRARY)


@pytest.mark.django_db
def test_a_branch_and_what_is_withheld_go_along(rf, make_user, venlo):
    user = make_user("Iemand", Role.INTERMEDIARY, venlo)
    acting = acting_in(request_of(rf, user), Audience.INTERMEDIARY)
    assert acting.withheld == {Right.OWN_ACCOUNT} and acting.rights == {Right.MANAGE}
    assert acting.may(Right.MANAGE) and not acting.may(Right.OWN_ACCOUNT)
    assert Acting(user, Role.INTERMEDIARY, venlo).rights == {Right.MANAGE, Right.OWN_ACCOUNT}


def test_a_right_in_any_role_there_counts_in_whatever_order():
    library = SimpleNamespace(pk=2, participation=True)
    intermediary, manager, desk = (
        SimpleNamespace(role=str(role.value), organisation=library, organisation_id=2)
        for role in (Role.INTERMEDIARY, Role.LIBRARY_MANAGER, Role.LIBRARY_DESK)
    )
    for order in ([manager, intermediary, desk], [desk, intermediary, manager], [intermediary, manager]):
        assert withheld_at(intermediary, order) == frozenset()
    assert withheld_at(intermediary, [desk, intermediary]) == {Right.OWN_ACCOUNT}


def test_one_role_of_several_is_enough_in_the_lists():
    may = RoleBackend()
    for roles, office in (([Role.LIBRARY_DESK, Role.CUBISS_COORDINATOR], True), ([Role.LIBRARY_DESK], False)):
        user = SimpleNamespace(is_active=True, roles=roles)
        assert may.has_perm(user, "fund.view_x") is may.has_perm(user, "libraries.add_x") is office
        assert may.has_module_perms(user, "organisations") is office and not may.has_module_perms(user, "sessions")
    assert may.authenticate(None) is None and may.get_user(1) is None, "it logs nobody in"


ALIKE = RoleDetails(Audience.LIBRARY, ())
STRAY = RoleDetails(Audience.PROVINCE, ("x",), office=True)


def test_each_thing_that_a_role_lacks_is_named():
    table = {Role.LIBRARY_DESK: ALIKE, Role.PROVINCE: STRAY, Role.INTERMEDIARY: ALIKE, Role.LIBRARY_MANAGER: STRAY}
    said = missing_details([*list(table), Role.CUBISS_READER], table, {}, [Right.CLOSE, Right.AGREE])
    assert said[0] == "Role.CUBISS_READER has no row in ROLES"
    assert said[1:] == [
        *(f"Audience.{each.name} has no row in AUDIENCES" for each in Audience),
        "Role.LIBRARY_DESK has no instruction",
        "Role.INTERMEDIARY has no instruction",
        "Role.PROVINCE works in the office, which PROVINCE is not",
        "Role.LIBRARY_MANAGER works in the office, which PROVINCE is not",
        "Right.CLOSE is given to no role",
        "Right.AGREE is given to no role",
    ]
    assert missing_details([Role.PROVINCE], {}, AUDIENCES, []) == ["Role.PROVINCE has no row in ROLES"]
    assert missing_details(Role, ROLES, AUDIENCES, Right) == []


def test_a_secret_is_closed_with_a_key_of_its_own(settings, caplog):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "nieuw" * 10, ["oud" * 17]
    theirs = MFAAdapter()
    assert theirs.get_totp_issuer() == "KBL" and theirs.decrypt(theirs.encrypt("geheim")) == "geheim"
    for key in ("nieuw" * 10, "oud" * 17):
        ours = Fernet(base64.urlsafe_b64encode(sha256(b"kbl.second-factor" + key.encode()).digest()))
        assert theirs.decrypt(ours.encrypt(b"geheim").decode()) == "geheim"
    assert caplog.messages == []
    assert theirs.decrypt("onzin") != "onzin"
    assert caplog.messages == [
        "A second factor cannot be opened: was SECRET_KEY changed without SECRET_KEY_FALLBACKS?"
    ]  # fmt: skip


def test_a_used_code_is_kept_for_as_long_as_it_holds(monkeypatch):
    kept = []
    monkeypatch.setattr(codes, "cache", SimpleNamespace(add=lambda *what, **how: kept.append((what, how)) or True))
    app = SimpleNamespace(_get_used_cache_key=lambda code: f"key-{code}")
    assert codes._mark_code_used(app, "123456") is True
    (((key, _), how),) = kept
    assert key == "key-123456" and how == {"timeout": 90}, "three periods of thirty seconds"


@pytest.mark.parametrize(("ahead", "opens"), [(600, True), (601, False)])
def test_a_link_of_a_clock_that_ran_ahead_opens_ten_minutes_before(ahead, opens):
    tokens, desk = ResetTokens(), User(pk=1, email="balie@venlo.example", password="x")
    with time_machine.travel(NOON + timedelta(seconds=ahead), tick=False):
        token = tokens.make_token(desk)
    with time_machine.travel(NOON, tick=False):
        assert tokens.check_token(desk, token) is opens
        assert not tokens.check_token(desk, token[:-1]) and not tokens.check_token(None, token)


def test_a_link_is_made_for_whom_it_is(desk):
    letter = SimpleNamespace(recipient="BALIE@Venlo.example", pk=7, written_at=datetime(2026, 10, 6, 12, tzinfo=UTC))
    mail = reset_letter(letter)
    assert (mail.subject, mail.to) == ("Een nieuw wachtwoord kiezen", [desk.email]) and desk.email not in mail.body
    assert "reset-7-20261006120000" in str(mail.extra_headers)
    desk.set_unusable_password()
    desk.save()
    assert reset_letter(letter).subject == "Uw account voor KBL"
    User.objects.filter(pk=desk.pk).update(is_active=False)
    assert reset_letter(letter) is None, "who is not in use gets no link"
    letter.recipient = "niemand@venlo.example"
    assert reset_letter(letter) is None


@pytest.mark.django_db
def test_a_count_that_went_out_of_the_cache_stops_nobody(monkeypatch, settings):
    def gone(key: str) -> int:
        raise ValueError

    settings.UPLOADS_PER_QUARTER_HOUR = 2
    uploads.cache.clear()
    user, other = SimpleNamespace(pk=1), SimpleNamespace(pk=2)
    assert [uploads.may_read_file(user, at=NOON) for _ in range(3)] == [True, True, False]
    assert uploads.may_read_file(other, at=NOON)
    assert uploads.may_read_file(user, at=NOON + timedelta(minutes=15))
    monkeypatch.setattr(uploads, "cache", SimpleNamespace(add=lambda *how: None, incr=gone))
    assert uploads.may_read_file(user, at=NOON)


def test_a_mail_about_an_account_is_kept_no_longer_than_its_link_holds(monkeypatch, settings):
    posted = []
    settings.PASSWORD_RESET_TIMEOUT = 90
    monkeypatch.setattr(adapter, "get_current_site", lambda request: None)
    monkeypatch.setattr(adapter.outbox, "post", lambda *what, **how: posted.append((what, how)))
    ours = adapter.AccountAdapter()
    monkeypatch.setattr(ours, "render_mail", lambda prefix, email, about: (prefix, email, about["key"], about["email"]))
    with time_machine.travel(NOON, tick=False):
        ours.send_mail("x", "a@voorbeeld.example", {"key": 7})
    (((letter, purpose), how),) = posted
    assert letter == ("x", "a@voorbeeld.example", 7, "a@voorbeeld.example") and purpose == "account"
    assert how == {"at": NOON, "lasts": timedelta(seconds=90)}
