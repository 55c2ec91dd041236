"""The table of cases names tests that are there, and says of each what is right."""

from tests.cases import cases, places


def test_every_case_says_what_is_right_and_names_tests_that_are_there():
    where = places()
    for name, case in cases().items():
        assert case["right"].endswith("."), name
        assert case["tests"], name
        assert [test for test in case["tests"] if test not in where] == [], name
    assert len(cases()) > 40
