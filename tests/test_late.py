"""Modules that are imported late."""

import sys
import wsgiref

import pytest

from autodiff.late import late_module, late_names


def test_a_late_module_is_imported_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before; then it has the names of the module."""
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    late = late_module("colorsys")
    assert "colorsys" not in sys.modules
    assert late.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)
    assert late.rgb_to_hsv is sys.modules["colorsys"].rgb_to_hsv
    with pytest.raises(AttributeError, match="no_such_name"):
        late.no_such_name  # noqa: B018 - which raises


def test_late_names_of_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is looked up in its file, once; what is in no file is an AttributeError."""
    monkeypatch.setattr(wsgiref, "guess_scheme", None, raising=False)  # put away again afterwards
    find = late_names("wsgiref", {"util": ("guess_scheme",)})
    assert find("guess_scheme")({"HTTPS": "on"}) == "https"
    assert vars(wsgiref)["guess_scheme"] is find("guess_scheme")
    with pytest.raises(AttributeError, match="module 'wsgiref' has no attribute 'nothing'"):
        find("nothing")
