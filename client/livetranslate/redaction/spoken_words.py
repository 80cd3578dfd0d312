"""How the signs of e-mail and web addresses are said in English, Spanish, German, Chinese and French."""

from __future__ import annotations

from livetranslate.redaction.text_matching import LETTER, NOT_AFTER_WORD, NOT_BEFORE_WORD


def said(latin: str, chinese: str = "", written: str = "") -> str:
    """A pattern for a sign that is said, with the space around it.

    Latin words stand apart from what they join; Chinese words and the signs themselves need not.
    """
    joined = "|".join(part for part in (chinese, written) if part)
    apart = rf"[ ]{{1,2}}(?:,[ ])?(?:{latin})(?:,)?[ ]{{1,2}}"
    return rf"(?:{apart}|[ ]?(?:{joined})[ ]?)" if joined else rf"(?:{apart})"


BRACKETED_AT = r"[ ]?[\[({<][ ]?(?:at|arroba|arobase|ät|@)[ ]?[\])}>][ ]?"
BRACKETED_DOT = r"[ ]?[\[({<][ ]?(?:dot|punto|point|punkt|\.)[ ]?[\])}>][ ]?"

AT_WORDS = r"at|at\ssign|arrobas?|ät|aet|et|klammeraffe|arobase|arobas|a\scommercial"
AT = rf"(?:{BRACKETED_AT}|{said(AT_WORDS, '艾特|圈[aA]|圈[ ][aA]|小老鼠|爱特', '@')})"
DOT = rf"(?:{BRACKETED_DOT}|{said('dot|punto|punkt|point', '点|點', '[.]')})"
JOIN = (
    r"(?:"
    + said(
        r"underscore|gui[oó]n\sbajo|unterstrich|tiret\sbas|dash|hyphen|minus|gui[oó]n(?:\smedio)?|bindestrich|"
        r"tiret(?:\sdu\ssix)?|trait\sd'union|plus\ssign|signo\sm[aá]s|pluszeichen|signe\splus",
        "下划线|下劃線|底线|减号|減號|横杠|橫槓|中划线|短横线|杠|加号",
        r"[_\-+]",
    )
    + r")"
)
"""What joins the words of a name besides the dot: underscore, hyphen, plus."""
SLASH = said(r"(?:forward\s)?slash|barra|schr[aä]gstrich|barre\soblique", "斜杠|斜槓|斜线", "/")

WORD = rf"[{LETTER}0-9]{{1,40}}"
SPELLED = rf"(?:[{LETTER}0-9][ \-]){{1,30}}[{LETTER}0-9]{NOT_BEFORE_WORD}"
"""Letters said one by one: ``a n n a``, ``A-N-N-A``."""

# Names of domains that come with few other meanings after a "dot"; the others need something else that says address.
CLEAR_TLDS = "com|org|net|edu|gov|mil|info|biz|io|app|dev|eu|uk|cn|xyz|online|site"
COUNTRY_TLDS = "es|de|fr|co|ai|us|mx|ar|cl|pe|at|ch|be|ca|it|pt|nl|br|jp|kr|in|au|tv|me|ru|tw|hk|pl|se|no|dk|ie|cat"
ANY_TLD = rf"(?:{CLEAR_TLDS}|{COUNTRY_TLDS}){NOT_BEFORE_WORD}"
CLEAR_TLD = rf"(?:{CLEAR_TLDS}){NOT_BEFORE_WORD}"

LABEL = rf"{WORD}(?:{JOIN}{WORD}){{0,3}}"
START = NOT_AFTER_WORD
