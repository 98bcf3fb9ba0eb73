import pytest

from tng_archive.settings import Rules, Settings

RULES = """
[[rule]]
folder = "a"
quality = 80

[[rule]]
folder = "/a/b/"
lossless = true
copy-below = 100
"""


def test_last_matching_rule_counts():
    rules = Rules.parse(RULES, Settings(target_psnr=40, effort=3))
    assert rules.settings_of("ab/1.png") == Settings(target_psnr=40, effort=3)
    assert rules.settings_of("a/1.png") == Settings(quality=80, effort=3)
    assert rules.settings_of("a/b/c/1.png") == Settings(lossless=True, copy_below=100, effort=3)


@pytest.mark.parametrize(
    "text",
    [
        "rule = ",
        "[other]",
        "[[rule]]\nquality = 1",
        "[[rule]]\nfolder = 'a'\nqualty = 1",
        "[[rule]]\nfolder = 'a'\nquality = 'high'",
        "[[rule]]\nfolder = 'a'\nlossless = 1",
        "[[rule]]\nfolder = 'a'\nquality = true",
        "[[rule]]\nfolder = 'a'\nquality = 1\nlossless = true",
    ],
)
def test_wrong_rules(text):
    with pytest.raises(ValueError):
        Rules.parse(text, Settings())


def test_options_are_named():
    assert str(Settings()) == "quality=75 effort=1"
    assert str(Settings(quality=0, effort=0)) == "quality=0 effort=0"
    assert str(Settings(lossless=True)) == "lossless"
    assert Settings(quality=0).encoder_options() == {"quality": 0, "effort": 1}
    assert Settings().encoder_options() == {"effort": 1}
