"""Words a summary is made of. Each is in lower case; none is a name."""

NARRATION = frozenset(
    """
    customer customers agent agents bot representative representatives assistant chatbot colleague team support staff
    service company person human user client caller id ids pin url eta faq ok i pdf sms app
    asks asked wants wanted needs needed would requests requested reports reported says said states stated explains
    explained describes described complains complained confirms confirmed mentions mentioned provides provided offers
    offered refuses refused waits waiting chat conversation issue problem question request
    kunde kunden kundin kundinnen bot mitarbeiter mitarbeiterin vertreter vertreterin kollege kollegin anliegen frage
    sie ihr ihre ihnen ihrer ihren ihrem
    client cliente clienta conseiller agente asesor
    """.split()
)

STARTERS = frozenset(
    """
    a an the this that these those there here it its he she they their his her them we our you your i if in on at by to
    for from of with without as after before during while when where who what which why how since until once because
    although however but and or so then next now currently already still yet also both all no not none nothing only
    please possible pending open waiting await awaiting follow check contact send issue issues refund refunds offer
    provide confirm help resolve verify review look find get give tell let keep call reply respond update ask wants
    needs asks unable unclear despite instead due several some many most more other another each every either neither
    nobody someone somebody anyone everything something outcome status summary reason steps step later earlier again
    meanwhile finally first second third lastly overall according about regarding today yesterday tomorrow
    der die das den dem des ein eine einer einem einen er es wir man der kein keine nach vor bei bis seit mit ohne auf aus
    für gegen durch um von zu zum zur im am an in und oder aber da dann danach daher deshalb jetzt nun noch auch schon
    bisher zuletzt zunächst außerdem dabei dafür darauf laut leider bitte offen wenn weil dass nächster nächste
    le la les un une des il elle ils elles on ce cet cette ces son sa ses leur leurs et ou mais donc après avant avec sans
    pour dans sur par de du à au aux en selon
    el los las unos unas él ella ellos este esta estos su sus y o pero después antes con sin para por según se
    il lo gli uno una lui lei loro questo questa dopo prima con senza per secondo
    """.split()
)

CALENDAR = frozenset(
    """
    january february april june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
    januar februar märz juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
    janvier février avril juillet août septembre octobre novembre décembre
    lundi mardi mercredi jeudi vendredi samedi dimanche
    enero febrero abril junio julio agosto septiembre octubre noviembre diciembre
    lunes martes miércoles jueves viernes sábado domingo
    christmas easter halloween weihnachten ostern
    """.split()
)
"""Months and weekdays: specifics even without a capital. "May" and "March" are words too; with a capital they count."""

GERMAN_ENDINGS = (
    "ung", "ungen", "heit", "heiten", "keit", "keiten", "schaft", "tion", "tionen", "tät", "täten", "nis", "nisse",
    "ment", "mente", "nummer", "nummern", "kosten", "konto", "karte", "paket", "gerät", "geräte", "problem", "probleme",
    "versand", "datum", "termin", "betrag", "adresse", "status", "auftrag", "artikel", "vertrag", "preis", "anfrage",
    "rückgabe", "ware", "dienst", "stelle", "fall", "grund", "weise", "anruf",
)  # fmt: skip

GERMAN_NOUNS = frozenset(
    """
    anfrage angabe angaben anliegen antwort anruf artikel auftrag auskunft beschwerde betrag bot daten dienst eingang
    ende ergebnis fall fehler filiale frage fragen geld grund gutschein hilfe hinweis hinweise hotline information
    informationen internet kauf kenntnis konto kontakt kundendienst lager lösung mal mensch menschen minute minuten
    mühe nachbar nachbarn nachricht name nummer ort paket person preis problem rat rechnung reklamation router
    rückerstattung rückfrage rückgabe rückmeldung rückruf sache schaden schritt schritte stelle stunde stunden system
    tag tage techniker teil telefon termin thema ursache verlauf verlust versand versuch vertrag verzug ware weg weise
    werktag werktage wert woche wochen wunsch zahlung zeit zugang zusage zustand zweck
    """.split()
)
