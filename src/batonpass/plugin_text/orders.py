"""Words that talk to a program instead of to us: orders to say, write or be something, in the languages that are looked
after; forged roles; text hidden from people. A summarizer leaves them out, so that none of them reaches who reads it.
"""

import re
from functools import lru_cache

from batonpass.plugin_text.fold import seen

_SAY = (
    r"(?:say|write|print|output|append|prepend|repeat|respond|reply|answer|state|mention|insert"
    r"|include|(?:begin|start|end|finish) (?:\w+ )?with|translate|decode"
    r"|execute|schreib\w*|antworte\w*|wiederhole|sag|écri\w*|répond\w*|répétez?"
    r"|escrib\w*|respond\w*|repite|incluye|scrivi|rispondi|ripeti)"
)
_ORDER = re.compile(
    r"\b(?:ignor\w*|vergiss|missachte\w*|überspring\w*|oublie\w*|olvida\w*|dimentica|esqueça|negeer|vergeet)\b.{0,40}"
    r"\b(?:anweisung\w*|vorherig\w*|bisherig\w*|regeln?|instruc\w*|consignes?|précédent\w*|anterior\w*|istruzion\w*"
    r"|instruç\w*|instructies|alles?|tout|todo|above|prompt\w*|rules?)"
    r"|\b(?:du bist|sie sind) (?:jetzt|nun|ab)\b|\bab (?:sofort|jetzt)\b|\btu es maintenant|\bahora eres\b|\bsei ora\b"
    r"|\b(?:neue|nouvelles?|nuevas?|nuove) (?:anweisung\w*|instruc\w*|istruzion\w*|consignes?)"
    r"|\b(?:dear|attention|note|to|liebe[rs]?|an) (?:the |an |any |die |das )?"
    r"(?:ai|a\.i\.|llm|gpt|chat ?gpt|model|assistant|summari[sz]er|ki|sprachmodell|program)\b"
    r"|\b(?:hey|hi|hello|hallo) (?:llm|gpt|chat ?gpt|summari[sz]er|model)\b"
    r"|\b(?:summary|summaries|synopsis|zusammenfassung|résumé|resumen|riassunto)\b"
    r"|\byou (?:must|should|shall|will|have to|are (?:to|required))\b.{0,30}\b(?:say|write|state|output|include|mention"
    r"|report|claim|tell|summari[sz]e)\b"
    r"|\btell (?:the )?(?:agent|representative|human|staff|operator|colleague|next)\b"
    r"|\b(?:if|when) (?:you are |you're )?(?:an? )?(?:ai|llm|bot|model|summari[sz]\w*|reading)\b"
    r"|\b(?:the )?following (?:text|words?|phrase|sentence|string)\b"
    r"|\bthe (?:word|words|phrase|string|sentence|text) [\"'“‘]"
    r"|\bfrom (?:here|now|this point|this moment) on(?:wards?)?\b"
    r"|\byour (?:new |next |only |real |actual |true )?(?:task|job|role|mission|purpose|instructions?|orders?)"
    r" (?:is|are) to\b"
    r"|\byour (?:new|only|real|actual|true) (?:task|job|role|mission|purpose|instructions?)\b"
    r"|\bsudo\b|\bact as (?-i:[A-Z])|\bno (?:limits|restrictions|filters?)\b|\bwithout (?:limits|restrictions|filters?)\b"
    r"|\b(?:i am|i['’]?m|this is) (?:the|your|an?) (?:developer|admin\w*|creator|programmer|operator|supervisor|owner of)\b"
    r"|\b(?:debug|maintenance|test|unrestricted) mode\b|\bover(?:rule|ride) (?:the|your|all|any|every)\b"
    r"|^\W{0,3}(?:représentante?|conseill\w+|asistente|agente|representante|sistema|système|systeem|mitarbeiter(?:in)?"
    r"|vertreter(?:in)?|kundenservice|berater(?:in)?|operatore|operador)\W{0,3}[:>\]]"
    r"|^\W{0,3}(?-i:IMPORTANT|NOTICE|OVERRIDE|INSTRUCTIONS?|ADMIN|WICHTIG|IMPORTANTE)\W{0,3}:"
    r"|\bprompt injection|\bjailbreak|\bdeveloper mode|\badmin mode|\bgod mode|\broot access|\b(?:rot13|base64)\b"
    rf"|(?:^|[.,;:!?]\s*|\b(?:and|then|now|please|just|only|must|to|und|et|y|e|bitte) ){_SAY}\b"
    r"[^.!?]{0,40}(?:[\"“‘`«*]\S|(?<= )'\S|(?-i:\b[A-Z][A-Z0-9_\-]{3,}\b))",
    re.IGNORECASE,
)
# Looked for before tags and marks are stripped: what follows is taken out with it.
_MARKUP = re.compile(
    r"</?(?:system|user|assistant|human|chat|transcript|turns?|messages?|instructions?|prompt|im_start|im_end)\b"
    r"|<\||\|>|\[/?(?:inst|system|end|user|assistant)\b|<<sys"
    r"|\{\s*[\"'](?:role|turn|issue|facts?|summary|outcome|system|content|name|value|steps|next_step)[\"']\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_RULERS = re.compile(r"^\s{0,8}(?:```|#{2,6}\s|-{3,}|={3,})", re.MULTILINE)  # a bot's markdown has them too
_BLOB = re.compile(r"[A-Za-z0-9+/=_\-]{60,}")  # base64 and the like: nobody reads that aloud to a colleague
_HIDDEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\U000e0000-\U000e007f]{3,}")
_JOINERS = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\u00ad")

# One of these stands in every sentence `_ORDER` finds, or a mark of `_MARKS`: most are done after a look for them.
_STEMS = (
    *(
        "ignor",
        "vergiss",
        "missacht",
        "übersp",
        "oublie",
        "olvida",
        "dimentica",
        "esque",
        "negeer",
        "vergeet",
    ),
    *(
        "du bist",
        "sie sind",
        "ab sofort",
        "ab jetzt",
        "tu es ",
        "ahora eres",
        "sei ora",
        "anweisung",
        "instruc",
    ),
    *("istruz", "consigne", " ai", "a.i.", "llm", "gpt", "model", "assistant", "summar", " ki", "program"),
    *("synopsis", "zusammenfassung", "résumé", "resumen", "riassunto", "you must", "you should", "you shall"),
    *(
        "you will",
        "you have to",
        "you are ",
        "tell ",
        "bot",
        "reading",
        "following",
        "the word",
        "the phrase",
    ),
    *(
        "the string",
        "the sentence",
        "the text",
        "from here",
        "from now",
        "from this",
        "your ",
        "sudo",
        "act as",
    ),
    *(
        "limits",
        "restrictions",
        "filter",
        "developer",
        "admin",
        "creator",
        "operator",
        "supervisor",
        "owner of",
    ),
    *(" mode", "overr", "injection", "jailbreak", "root access", "rot13", "base64"),
)
_MARKS = re.compile(r"[:>\]\"“‘`«*']|(?-i:[A-Z][A-Z0-9_\-]{3,})")


@lru_cache(maxsize=8192)
def gives_orders(sentence: str) -> bool:
    """Whether this sentence gives a program orders, or hides something."""
    plain = seen(sentence).translate(_JOINERS)
    low = plain.lower()
    if (any(map(low.__contains__, _STEMS)) or _MARKS.search(plain)) and _ORDER.search(plain):
        return True
    return _BLOB.search(plain) is not None or _HIDDEN.search(sentence) is not None


def without_marks(text: str) -> str:
    """The sentence as it is seen, without the characters that only hide something in it."""
    return seen(text).translate(_JOINERS)


def forged_from(text: str, *, rulers: bool) -> int | None:
    """Where a forged frame begins (a role's tag, JSON of ours, with `rulers` also lines that part texts), or None."""
    found = _MARKUP.search(text) or _HIDDEN.search(text) or (_RULERS.search(text) if rulers else None)
    return found.start() if found else None
