"""What language models say around a translation, or instead of one, in the languages they say it in: data, no code."""

from __future__ import annotations

import re

from livetranslate.protocol import LANGUAGES

TRANSLATION_WORD = re.compile(
    r"translat|traduc|traduç|traduz|traduit|tradut|tradot|übersetz|vertaal|vertaling|översätt|översatt|oversæt|overs[ae]tt|"
    r"tłumacz|przekład|překlad|překládám|preklad|перевод|перевед|переклад|çevir|terjemah|dịch sang|bản dịch|ترجم|"
    r"अनुवाद|翻译|翻譯|译文|譯文|译为|译成|翻訳|訳文|訳は|和訳|英訳|번역|μετάφρασ|μεταφρασ|תרגום|คำแปล|"
    r"แปลว่า|traducere|"
    r"fordítás|käännös|käännet",
    re.IGNORECASE,
)
"""Names the act or its result: before a colon it announces a translation."""

OPENERS = re.compile(
    r"(?:sure|certainly|of course|absolutely|okay|ok|here(?:'s| is| are| it is| you go| you are)|"
    r"claro|por supuesto|desde luego|aquí (?:está|tienes?|va)|natürlich|gerne|selbstverständlich|hier (?:ist|"
    r"sind|bitte)|"
    r"bien sûr|certainement|voici|voilà|certo|certamente|ecco|com certeza|aqui está|natuurlijk|hier is|"
    r"конечно|вот|好的|当然|以下是|以下为|这是|もちろん|承知|はい|こちら|以下|네|물론)\b",
    re.IGNORECASE,
)
"""How models begin to oblige."""

SHORT_PREAMBLES = re.compile(
    r"(?:sure|certainly|of course|okay|absolutely)[,!.]? (?:here (?:it is|you go|you are)|here's the \w+)|"
    r"here (?:it is|you go|you are)|the (?:answer|result) is|(?:final )?(?:answer|output|result|response)|"
    r"claro que sí|aquí (?:está|tienes?|va)|(?:respuesta|resultado)|hier ist sie|(?:antwort|ergebnis)|voici|"
    r"(?:réponse|résultat)|(?:risposta|risultato)|aqui está|(?:resposta|resultado)|好的|当然可以|答案|结果|"
    r"もちろんです|"
    r"承知しました|答え|結果|以下の通りです|ответ|output|assistant",
    re.IGNORECASE,
)
"""Announcements that do not name a translation; only when nothing else stands before the colon."""

ENGLISH_OPENER = re.compile(r"(?:sure|certainly|of course|absolutely)(?: thing)?[!,.:]\s+(?=\S)", re.IGNORECASE)
"""Obliges in English, whatever the translation's language."""

_OWN_NAMES = (
    "english|español|espanol|castellano|inglés|ingles|francés|alemán|deutsch|englisch|spanisch|"
    "französisch|italienisch|portugiesisch|chinesisch|japanisch|français|francais|anglais|espagnol|"
    "allemand|italiano|inglese|spagnolo|francese|tedesco|português|portugues|inglês|espanhol|mandarin|"
    "mandarim|nederlands|polski|русский|английский|українська|türkçe|العربية|हिन्दी|हिंदी|中文|汉语|"
    "普通话|简体中文|英文|英语|西班牙语|德语|法语|日语|日本語|英語|スペイン語|ドイツ語|フランス語|中国語|"
    "한국어|영어|svenska|dansk|norsk|suomi|čeština|română|magyar|ελληνικά|עברית|ไทย|tiếng việt"
)
LANGUAGE_LABEL = re.compile(
    rf"(?:in |en |auf |em |(?:simplified|traditional|brazilian|mexican|latin american|european|castilian) )?"
    rf"(?:{'|'.join(LANGUAGES.values())}|{_OWN_NAMES})"
    rf"(?: ?\([^()]{{1,30}}\))?(?: (?:version|text|sentence))?",
    re.IGNORECASE,
)
"""A language's name as a label: "Spanish:", "中文：", "Portuguese (Brazil):"."""

PROMPT_LABEL = re.compile(
    r"(?:user|human|assistant|system|source(?: text)?|original(?: text)?|input|target|text|sentence|"
    r"usuario|asistente|benutzer|assistent|utilisateur|utente|用户|助手|原文|ユーザー)",
    re.IGNORECASE,
)
"""Labels of a dialogue that a model goes on with."""

NOTE_WORD = (
    r"(?:please )?note(?: that)?|n\.? ?b|explanation|context|literal(?:ly)?|alternative(?:ly)?|pronunciation|"
    r"translator's note|"
    r"nota(?: del traductor| do tradutor| del traduttore)?|aclaración|explicación|alternativa|contexto|"
    r"anmerkung|hinweis|erklärung|bemerkung|erläuterung|remarque|explication|nota bene|spiegazione|"
    r"observação|explicação|"
    r"opmerking|uwaga|примечание|пояснение|примітка|notlar?|açıklama|catatan|ghi chú|"
    r"注释|注解|注意|备注|说明|解释|註|注|補足|注釈|備考|解説|ノート|참고|주의|ملاحظة|नोट"
)
"""Announces a note when a colon follows."""

NOTE_INSIDE = re.compile(
    rf"(?:\b(?:{NOTE_WORD})\b|[注註])\s*[:：]|\b(?:literal(?:ly)?|lit\.|informal|formal (?:register|form|"
    rf"you)|colloquial|"
    rf"translation|translated|literalmente|traducción|wörtlich|übersetzung|littéralement|traduction|letteralmente|"
    rf"traduzione|tradução|直译|意译|直訳|意訳|拼音|pinyin|romaji)\b",
    re.IGNORECASE,
)
"""Says that a parenthesis speaks about the translation."""

STRONG_REFUSAL = re.compile(
    r"\bas an? (?:ai\b|artificial intelligence|(?:large )?language model)|\bi(?:'| a)m an? (?:ai|artificial|"
    r"language model)|"
    r"\b(?:can(?:'t|not| not)|unable to|not able to|won't) (?:\w+ ){0,3}?(?:assist|help|translat\w+|fulfil\w*|comply|"
    r"provide|generate|process)\b.{0,40}\b(?:that|this|it|request|text|content|with)\b|"
    r"\b(?:please )?provide (?:me (?:with )?)?(?:the|a|some|more) (?:\w+ )?(?:text|sentence|context|message|"
    r"information)|"
    r"how (?:can|may) i (?:help|assist) you|\bi don't (?:have|see) (?:any|the|a) (?:text|sentence)|"
    r"como (?:una? )?(?:ia\b|inteligencia artificial|modelo de lenguaje|inteligência artificial|modelo de linguagem)|"
    r"\bno puedo (?:ayudar(?:te|le)?|traducir|asistir\w*|cumplir|proporcionar)|proporci[oó]n(?:e|"
    r"a)(?:me)? (?:el|un) texto|"
    r"¿en qué puedo ayudar|als (?:ki\b|ki-|künstliche intelligenz|sprachmodell)|"
    r"kann (?:ich )?(?:ihnen |dir )?(?:dabei|damit|hierbei|das|dies\w*)(?: \w+){0,3} nicht (?:helfen|"
    r"übersetzen|weiterhelfen)|"
    r"en tant qu(?:'ia\b|e modèle|'intelligence)|je ne (?:peux|suis) pas (?:vous aider|t'aider|traduire|"
    r"en mesure de (?:traduire|vous aider))|"
    r"come (?:ia\b|intelligenza artificiale|modello linguistico)|non posso (?:aiutar\w+|tradurre|assister\w+)|"
    r"não posso (?:ajud\w+|traduzir|atender)|作为(?:一个|一名)?(?:人工智能|ai|语言模型)|(?:无法|不能)(?:协助|"
    r"帮助您|翻译|满足您|提供此|完成(?:您|此|这))|"
    r"请(?:您)?提供(?:需要|要|您|文本|更多|具体)|(?:人工知能|ai|言語モデル)として|(?:お手伝い|翻訳|お答え|"
    r"対応)(?:することが|は)?できません|"
    r"(?:テキスト|文章|文)を(?:ご)?(?:提供|入力)|как (?:ии|языковая модель|искусственный)|"
    r"не могу (?:помочь с|перевести|выполнить)",
    re.IGNORECASE,
)
"""Refuses or asks for the text: said of the task, hardly by a speaker."""

WEAK_REFUSAL = re.compile(
    r"(?:i(?:'| a)m )?(?:very |so )?sorry,? (?:but )?i (?:can(?:'t|not| not)|am (?:unable|not able))|"
    r"i (?:cannot|can't|can not|am unable to)\b|"
    r"lo siento,? (?:pero )?no puedo|lo lamento,? (?:pero )?no puedo|"
    r"(?:es )?tut mir leid,? (?:aber )?(?:ich kann|das kann ich)|"
    r"(?:je suis )?désolée?,? (?:mais )?je ne (?:peux|suis)|mi dispiace,? (?:ma )?non posso|(?:desculpe|"
    r"sinto muito|lamento),? (?:mas )?não posso|"
    r"(?:很)?(?:抱歉|对不起)[，,]?\s?(?:但|但是)?我(?:无法|不能)|申し訳(?:ありません|ございません|ない)が?|"
    r"すみません.{0,12}できません|"
    r"извините,? (?:но )?я не могу|к сожалению,? я не могу|죄송(?:합니다|하지만)",
    re.IGNORECASE,
)
"""Refuses at the answer's beginning, unless the source says the like."""

MAY_REFUSE = re.compile(
    r"sorry|apolog|afraid|can't|cannot|can not|unable|not able|unfortunately|refus|won't|couldn't|"
    r"siento|lamento|perd[oó]n|disculp|no puedo|no podemos|leid|entschuldig|kann .{0,30}nicht|"
    r"nicht .{0,20}können|bedaure|leider|"
    r"désolé|excus|pardon|ne peux|malheureusement|regrette|dispiace|scus|non posso|purtroppo|desculp|sinto|"
    r"não posso|infelizmente|"
    r"抱歉|对不起|對不起|不好意思|无法|不能|没办法|遗憾|申し訳|すみません|ごめん|できません|できない|無理|残念|"
    r"извин|прост|не могу|сожален|вибач|죄송|미안|spijt|sorry|kan .{0,20}niet|przepraszam|nie mogę|maaf|"
    r"xin lỗi|üzgün|özür|آسف|عذر|माफ़|क्षमा",
    re.IGNORECASE,
)
"""The source itself may apologise or refuse."""

SPEAKS_OF_AI = re.compile(
    r"\ba\.?i\b|\bia\b|\bki\b|artificial|artificiel|künstlich|language model|lenguaje|sprachmodell|modèle|"
    r"modello|linguagem|assist|help|"
    r"provide|request|ayud|proporcion|helfen|hilf|aider|fourni|aiut|ajud|人工智能|人工知能|语言模型|"
    r"言語モデル|帮|提供|助|手伝|"
    r"искусствен|модел|помо|\bии\b",
    re.IGNORECASE,
)
"""The source itself speaks of machines, help and requests."""
