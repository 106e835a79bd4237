"""The listing of operations."""

from autodiff.session.listing import operations


def test_a_pattern_is_part_of_a_name_or_wild() -> None:
    """`sin` finds `asin` too, `sin*` only what begins with it; a spelling finds its operation."""
    assert {each.name for each in operations("sin")} >= {"sin", "asin", "sinh"}
    begin_with_it = {each.name for each in operations("sin*")}
    assert begin_with_it >= {"sin", "sinh"}
    assert not {name for name in begin_with_it if not name.startswith("sin")}
    assert "mul" in {each.name for each in operations("multiply")}
    assert operations("no such thing") == ()


def test_an_operation_says_how_it_is_called() -> None:
    """Name, parameters as PyTorch calls them, sentence, node."""
    (sine,) = (each for each in operations("sin") if each.name == "sin")
    assert (sine.signature, sine.node) == ("sin(input)", "SinBackward0")
    assert sine.doc
