"""A page by itself: its title is text, and its parts follow it."""

from firth.drawing.page import page


def test_a_page():
    made = page("a <b> & c", ["<p>first</p>", "<p>second</p>"])
    assert made.startswith("<!DOCTYPE html>\n")
    assert made.count("a &lt;b&gt; &amp; c") == 2  # its name, and its heading
    assert made.endswith("<p>first</p>\n<p>second</p>\n</body>\n</html>\n")
