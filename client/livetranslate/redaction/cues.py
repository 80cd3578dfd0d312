"""Words before a number that say what it is: ``call me at …``, ``order number …``, ``version …``."""

from __future__ import annotations

import re

from livetranslate.redaction.text_matching import NOT_AFTER_WORD, NOT_BEFORE_WORD, words

REACH = 48
"""How many characters before a number are read."""


def _any_of(latin: str, chinese: str) -> re.Pattern[str]:
    return words(rf"{NOT_AFTER_WORD}(?:{latin}){NOT_BEFORE_WORD}|{chinese}")


PHONE = _any_of(
    r"""(?:tele)?phones?(?:\snumbers?)?|cell(?:phone)?|mobiles?|landline|fax|tel|call(?:s|ing|ed)?|dial(?:s|ed)?|ring|
    text|whatsapp|(?:my|his|her|your|our|their|the\sfollowing|callback)\snumbers?(?:\sis|'s)?|reach\s(?:me|us|him|her)|
    tel[eé]fonos?|tfno|m[oó]vil|celular|ll[aá]m[ae]\w*|fijo|mi\sn[uú]mero|su\sn[uú]mero|tu\sn[uú]mero|marca[rd]?\w*|
    telefon(?:nummern?|isch)?|handy(?:nummer)?|mobil(?:nummer|telefon)?|festnetz|rufnummer|durchwahl|rufen|anrufen|
    r[uü]ckruf|(?:meine|seine|ihre|deine|unsere)\snummer|erreich\w*|
    t[eé]l[eé]phone|t[eé]l|portable|num[eé]ro\sde\st[eé]l[eé]phone|(?:mon|son|votre|ton|notre)\snum[eé]ro|appel\w*|
    rappel\w*|joindre|joignable|fixe|composez""",
    r"电话|電話|手机|手機|座机|座機|固话|热线|熱線|拨打|撥打|联系方式|致电|號碼是|号码是|来电|打给|传真",
)
"""What announces a telephone number."""

SSN = _any_of(r"ssn|social(?:\ssecurity)?(?:\snumber)?|seguro\ssocial", "社会安全号|社會安全號")
"""What announces a Social Security number."""

OTHER_NUMBER = _any_of(
    r"""orders?|invoices?|tickets?|room|flight|tracking|serial|part|model|case|batch|bug|issue|pull\srequest|build|isbn|
    sku|lottery|population|revenue|votes?|seed|pid|port|errors?|code|pin|gate|page|chapter|bytes|id|reference|booking|
    pedidos?|facturas?|incidencia|habitaci[oó]n|vuelo|seguimiento|serie|modelo|lote|expediente|c[oó]digo|referencia|
    poblaci[oó]n|p[aá]gina|reserva|albar[aá]n|puerto|
    bestell\w*|rechnung\w*|auftrag\w*|zimmer|flug|sendung\w*|seriennummer|artikel\w*|vorgang\w*|aktenzeichen|
    kundennummer|buchung\w*|modell|charge|fehler\w*|code|seite|einwohner|
    commandes?|factures?|chambre|vol|suivi|s[eé]rie|mod[eè]le|dossier|lot|code|r[eé]f[eé]rence|population|r[eé]servation|
    erreur|colis""",
    r"订单|訂單|单号|單號|房间|房間|航班|编号|編號|序列号|序列號|型号|發票|发票|验证码|驗證碼|人口|快递|运单|错误码|工单|批次",
)
"""What announces a number that belongs to no person."""

VERSION = _any_of(
    r"""versions?|versi[oó]n(?:es)?|v|release|firmware|build|driver|section|sections|secci[oó]n|apartado|cap[ií]tulo|
    chapter|kapitel|abschnitt|chapitre|article|rev(?:ision)?|treiber|pilote""",
    r"版本|固件|章节|驱动|第",
)
"""What announces a version or the number of a chapter."""

WEB = _any_of(
    r"""web\s?(?:site|page|seite)?|site(?:\sweb)?|homepage|p[aá]gina(?:\sweb)?|internet|url|link|enlace|lien|adresse|
    visit|visita(?:d|r)?|visiten|besuchen\ssie|entra(?:d|r)?\sen|consultez|allez\ssur|rendez-vous\ssur""",
    r"网址|網址|网站|網站|链接|官网|访问|登录",
)
"""What announces a web address."""


def is_announced(text: str, start: int, cue: re.Pattern[str], unless: re.Pattern[str] | None = OTHER_NUMBER) -> bool:
    """Whether a cue stands before a number, nearer than any word that announces another kind of number.

    Args:
        text: folded text.
        start: where the number begins.
        cue: what to look for.
        unless: what takes its place when it stands nearer.
    """
    before = text[max(0, start - REACH) : start]
    nearest = max((match.end() for match in cue.finditer(before)), default=0)
    other = max((match.end() for match in unless.finditer(before)), default=0) if unless else 0
    return nearest > 0 and nearest >= other
