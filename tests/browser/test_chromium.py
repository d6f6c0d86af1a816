"""Where there is no browser, that is said."""

import pytest

from tests.browser import conftest


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    return monkeypatch


def test_without_a_browser_its_tests_are_skipped_with_the_reason(no_browser: pytest.MonkeyPatch) -> None:
    no_browser.delenv("DIALOOGREEKS_NOTHING_SKIPS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="there is no Chromium here"):
        conftest.chromium()


def test_where_nothing_may_be_skipped_they_fail(no_browser: pytest.MonkeyPatch) -> None:
    no_browser.setenv("DIALOOGREEKS_NOTHING_SKIPS", "1")
    with pytest.raises(pytest.fail.Exception, match="there is no Chromium here"):
        conftest.chromium()


def test_a_browser_elsewhere_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/somewhere/chromium")
    assert conftest.chromium() == "/somewhere/chromium"
