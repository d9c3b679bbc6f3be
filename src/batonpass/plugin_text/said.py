"""What is called a secret where it is said: "my PIN is 4417", "Passwort lautet hunter2", "Rex was my first pet".

A keyword, then from there forwards or backwards to the value, over what people write in between. Text is folded.
It prefers to hide a word too many; what it must not do is to take the verb for the secret.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from batonpass.plugin_text.words import ALSO_LINKS, COMMON, FILLERS, LABELS, LINKS

_CODE = (
    r"(?:(?:pin|p\.i\.n\.?|p-i-n)(?:[ -]?(?:code|number|no\.?|nummer))?|c\.?v\.?[vc]\.?2?|cvn|csc"
    r"|card (?:verification|security) (?:code|number|value)"
    r"|security (?:code|number|pin)|otp|(?-i:(?:m|push|chip)?TAN)|one[- ]time (?:code|pin|password|passcode)"
    r"|(?:verification|2fa|sms|login) code"
    r"|(?:(?:three|3|four|4) digits|(?:number|code)) (?:on|at|from) the (?:back|rear|front|signature)"
    r"|geheim(?:zahl|nummer|code)|(?:karten)?prüf(?:nummer|ziffern?|zahl)|sicherheits(?:code|nummer|zahl)|einmalcode"
    r"|bestätigungscode|c[óo]digo (?:pin|secreto|de seguridad|de segurança)|n[úu]mero secreto"
    r"|code (?:secret|pin|confidentiel|de sécurité)|cryptogramme|codice (?:segreto|pin|di sicurezza)"
    r"|beveiligingscode|pincode|пин(?:-?код)?)"
)
_WORD = (
    r"(?:pass ?(?:word|code|phrase)|passwd|pwd?|pass(?=\s*[:=])|passwor[dt]|kennw[oö]rt(?:er)?|pa(?:ß|ss)wort"
    r"|zugangs(?:code|wort)|losungswort|contrase[ñn]a|clave|mots? de passe|mdp|senha|palavra-passe|wachtwoord"
    r"|parola d'ordine|lösenord|adgangskode|passord|salasana|hasło|heslo|jelszó|şifre|пароль)"
)
_TREASURED = r"(?:pet|dog|cat|school|teacher|street|car|best friend|stuffed animal)"
_ANSWER = (
    r"(?:security (?:answer|question|word)|secret (?:answer|question|word)|maiden name|mädchenname"
    rf"|(?:first|childhood|favou?rite) {_TREASURED}(?:'?s)?(?: name)?|pet'?s name"
    rf"|names? of (?:the|your|my|our) (?:(?:first|childhood|favou?rite) )?{_TREASURED}"
    r"|(?:city|town|place) (?:you were|i was|of) b(?:orn|irth)|memorable (?:word|date|name)"
    r"|(?:sicherheits|geheim)(?:antwort|frage)|erstes haustier|geburtsname"
    r"|(?:respuesta|pregunta) (?:de seguridad|secreta)|(?:réponse|question) (?:secrète|de sécurité)"
    r"|nom de jeune fille|apellido de soltera|risposta (?:segreta|di sicurezza))"
)
_CJK = r"(?:密码|密碼|パスワード|暗証番号|비밀번호)"
KEYWORD = re.compile(
    rf"(?<![^\W_])(?:(?P<code>{_CODE})|(?P<word>{_WORD})|(?P<answer>{_ANSWER}))(?![^\W_])|(?P<cjk>{_CJK})",
    re.IGNORECASE,
)

# One of these stands in every keyword: most messages are done after a look for them.
_STEMS = (
    *(
        "pin",
        "p.i.n",
        "p-i-n",
        "cv",
        "c.v",
        "csc",
        "otp",
        "tan",
        "secur",
        "sécur",
        "segur",
        "sicher",
        "time",
        "code",
    ),
    *(
        "digits",
        "geheim",
        "prüf",
        "secret",
        "crypto",
        "codice",
        "secrèt",
        "пин",
        "pass",
        "paß",
        "pw",
        "kennw",
    ),
    *(
        "zugangs",
        "losung",
        "contrase",
        "clave",
        "mdp",
        "senha",
        "wachtw",
        "parola",
        "lösen",
        "adgang",
        "salasana",
    ),
    *(
        "hasło",
        "heslo",
        "jelsz",
        "şifre",
        "пароль",
        "maiden",
        "mädchen",
        "first",
        "childhood",
        "favo",
        "pet",
        "name",
    ),
    *("born", "birth", "memorable", "haustier", "fille", "soltera", "segreta", "sicurezza"),
    *("密", "パスワード", "暗証", "비밀"),
)
_FAR = 160
_MOST = 60  # statements in one text
_SEPARATOR = re.compile(r"[\s:=#>~|(\[*→\-]+")
_STATES = re.compile(r"[:=>#→]")
_LINK = re.compile(rf"(?:(?:{'|'.join(LINKS)})(?![^\W_])|'s(?![^\W_])|是|は|は、|은|는|为)", re.IGNORECASE)
_FILLER = re.compile(rf"(?:{'|'.join(FILLERS)})(?![^\W_])", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:,\s*)?(?:for|of|on|to|in|i|we|that|which|das|den|welches|für|fuer|von|zu|zum|zur|des|der|vom|bei|pour|de|du|para|por|que|per|voor)\s"
    rf"(?:[^\s.!?;:=]+\s+){{0,5}}?(?:(?=(?:{'|'.join(LINKS)})(?![^\W_])|[:=])|[^\s.!?;:=]+(?=[:=]))|\([^()]{{1,40}}\)",
    re.IGNORECASE,
)
_CLAUSE_ENDS = ",;!?"
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "„": "“”", "«": "»", "‘": "’", "‚": "‘’", "‹": "›"}
_NUMBER_WORD = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|null|eins?|zwei|zwo|drei|vier|fünf|fuenf|sechs"
    r"|sieben|acht|neun|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|zéro|un|deux|trois|quatre|cinq"
    r"|sept|huit|neuf|double|triple)"
)
SPELLED = re.compile(rf"(?<![^\W_]){_NUMBER_WORD}(?:[\s,\-]+{_NUMBER_WORD}){{2,9}}(?![^\W_])", re.IGNORECASE)
_DIGITS = r"(?:[0-9]{3,10}|[0-9](?:[ .\-_/,][0-9]){2,9}|[0-9]{2}(?:[ .\-][0-9]{2}){1,3}|[0-9]{3}[ .\-][0-9]{3})(?![^\W_])"
_CODE_VALUE = re.compile(rf"[\"'„“«]?({_DIGITS}|(?=[a-z]*[0-9])[a-z0-9]{{3,12}}(?![^\W_]))", re.IGNORECASE)
_ANOTHER = re.compile(
    rf"[\"'”»]?(?:\s*[,/]\s*|\s+(?:or|and|oder|und|ou|et|o|y)\s+)({_DIGITS})", re.IGNORECASE
)
_CODE_BEFORE = re.compile(rf"(?<![\w$€£])({_DIGITS})[\"'”]?\s*$")
_ADDRESS = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_EDGES = " .,;:!?\"'*()[]<>“”„«»‘’‚`"


def said_in(text: str) -> Iterator[str]:
    """Every value that ``text`` calls a secret, as it stands there; of several words also the first alone."""
    for kind, start, end in keywords_in(text):
        yield from _after(kind, text[end : end + _FAR])
        yield from _before(kind, text[max(start - _FAR, 0) : start])


def asks_for(kind: str, text: str) -> bool:
    """Whether a keyword of this kind (code, word, answer) stands in ``text``."""
    return any(found in (kind, "cjk") for found, _, _ in keywords_in(text))


@lru_cache(maxsize=8192)
def keywords_in(text: str) -> tuple[tuple[str, int, int], ...]:
    """Kind, beginning and end of the keywords in ``text``."""
    low = text.lower()
    if not any(map(low.__contains__, _STEMS)):
        return ()
    found = islice(KEYWORD.finditer(text), _MOST)
    return tuple((one.lastgroup or "", one.start(), one.end()) for one in found)


def is_secret_name(text: str) -> bool:
    """Whether ``text`` is nothing but what a secret is called: PIN, Passwort, mother's maiden name."""
    return bool(KEYWORD.fullmatch(text.strip(_EDGES)))


# --- forwards -------------------------------------------------------------------------------------


def _after(kind: str, rest: str) -> Iterator[str]:
    rest, stated = _crossed(rest)
    if kind != "word":
        yield from _codes(rest, stated=stated)
    if kind != "code" and rest:
        yield from _words(rest, stated=stated or kind == "cjk", names=kind == "answer")


def _crossed(rest: str) -> tuple[str, bool]:
    """What follows the separators, verbs and fillers, and whether one of them says that a value comes."""
    stated = False
    for _ in range(10):
        if found := _SEPARATOR.match(rest):
            if "\n" in found[0] and not (stated or _STATES.search(found[0])):
                return "", False  # a new line about something else
            stated = stated or bool(_STATES.search(found[0]))
        elif found := _LINK.match(rest):
            stated = True
        elif not (found := _FILLER.match(rest) or (None if stated else _ASIDE.match(rest))):
            break
        rest = rest[found.end() :]
        if stated:
            rest = rest.removeprefix(", ")
    return rest, stated


def _codes(rest: str, *, stated: bool) -> Iterator[str]:
    if spelled := SPELLED.match(rest):
        yield spelled[0]
    found = _CODE_VALUE.match(rest)
    if not found or not (stated or found[1][0].isdigit()):
        return
    yield found[1]
    first = found[1]
    while found := _ANOTHER.match(rest, found.end()):
        if len(found[1]) != len(first):
            return
        yield found[1]


def _words(rest: str, *, stated: bool, names: bool) -> Iterator[str]:
    if quoted := _quoted(rest):
        yield quoted
        return
    doubtful = not stated and rest[:2] in (", ", "; ")
    tokens = list(_clause(rest[1:] if doubtful else rest))
    if doubtful and (len(tokens) != 1 or not is_odd(tokens[0]) or not any(map(str.islower, tokens[0]))):
        return
    if stated:
        tokens = _without_lead(tokens)
    alone = all(map(is_common, tokens[1:]))
    if not tokens or not _may_be(tokens[0], stated=stated, alone=alone):
        return
    first = tokens[0]
    yield first
    if len(tokens) > 1 and (stated or names):
        many = tokens[: _length(tokens, names=names)]
        if len(many) > 1:
            yield " ".join(many)


def _quoted(rest: str) -> str:
    """What stands between quotation marks at the beginning; a mark inside a word ends nothing."""
    ends = _QUOTES.get(rest[:1], "")
    for place in range(2, min(len(rest), 66)) if ends else ():
        if rest[place] in ends and (place + 1 == len(rest) or not rest[place + 1].isalnum()):
            return rest[1:place]
    return ""


def _clause(rest: str) -> Iterator[str]:
    """The next words up to the end of the clause, at most six."""
    for token in rest.split("\n", 1)[0].split()[:6]:
        if plain := token.strip(_EDGES):
            yield plain
        if token[-1] in _CLAUSE_ENDS or (token[-1] == "." and len(token) > 1):
            return


def _without_lead(tokens: list[str]) -> list[str]:
    """Without common words before an odd one ("is not hunter2"); all that is left when none of them is."""
    for place, token in enumerate(tokens[:4]):
        if is_odd(token) and not is_label(token):
            return tokens[place:]
        if not is_common(token):
            break
    phrase = len(tokens) > 3 and not any(is_common(token) for token in tokens[1:])
    return tokens if phrase or not is_common(tokens[0] if tokens else "") else []


def _may_be(token: str, *, stated: bool, alone: bool) -> bool:
    if len(token) < 2 or (is_label(token) and not is_odd(token)) or _ADDRESS.fullmatch(token):
        return False
    if stated or is_odd(token):
        return True
    return not is_common(token) and (alone or token[0].isupper())


def _length(tokens: list[str], *, names: bool) -> int:
    """How many of these words belong to the secret: of names those in capitals, after an odd word only odd ones."""
    odd = is_odd(tokens[0])
    for place, token in enumerate(tokens[1:], 1):
        over = is_common(token) or is_label(token)
        if over or (odd and not is_odd(token)) or (names and not token[0].isupper()) or place == 5:
            return place
    return len(tokens)


# --- backwards ------------------------------------------------------------------------------------


def _before(kind: str, before: str) -> Iterator[str]:
    """The value of "hunter2 is my password"."""
    tokens = before.split()
    place = len(tokens) - 1
    for _ in range(4):
        if place < 1 or _links(tokens[place]):
            break
        if not (_FILLER.fullmatch(tokens[place]) or tokens[place].endswith(("'s", "’s"))):
            return
        place -= 1
    if place < 1 or not _links(tokens[place]):
        return
    while place > 1 and tokens[place - 1].strip(_EDGES).lower() in (
        "would",
        "will",
        "used",
        "should",
        "also",
    ):
        place -= 1
    value = " ".join(tokens[:place])
    if kind != "word" and (found := _CODE_BEFORE.search(value)):
        yield found[1]
    if kind != "code":
        yield from _word_before(value)


def _links(token: str) -> bool:
    return bool(_LINK.fullmatch(token)) or token.lower() in ALSO_LINKS


def _word_before(value: str) -> Iterator[str]:
    for opening, closings in _QUOTES.items():
        start = value.rfind(opening, 0, -1)
        if value[-1:] in closings and start >= 0 and value[-1:]:
            yield value[start + 1 : -1]
            return
    *earlier, last = value.split()
    word = last.strip(_EDGES)
    begins = not earlier or earlier[-1][-1] in ".!?,;:"
    if is_odd(word) or (begins and len(word) > 1 and not is_common(word) and not is_label(word)):
        yield word


# --- words ----------------------------------------------------------------------------------------


def is_common(token: str) -> bool:
    """A word that people say about a secret, not as one."""
    return "".join(char for char in token.lower() if char.isalnum()) in COMMON


def is_label(token: str) -> bool:
    """A word that begins to tell something else: order, account, e-mail."""
    return token.lower().strip(_EDGES) in LABELS


def is_odd(token: str) -> bool:
    """A word as nobody writes one: with digits among letters, or capitals or signs within."""
    token = token.strip(".,;!?")
    kinds = (str.isdigit, str.islower, str.isupper)
    mixed = sum(any(kind(char) for char in token[1:]) for kind in kinds) > 1
    return mixed or (any(char.isdigit() for char in token) and any(char.isalpha() for char in token))
