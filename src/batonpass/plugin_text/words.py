"""Words around secrets, in the languages that are looked after: verbs that state one, fillers, what is none."""

# Before the value: "password *is* x", "Passwort *lautet* x".
LINKS = (
    r"is|was|are|be|being|equals?|reads?|means|would be|will be|should be|set to|changed to|used to be|it's|its|it is"
    r"|(?:should|could|might|may|must|can) (?:be|have been)|should've been|(?:has|had) been|updated to"
    r"|(?:geändert|gesetzt|gewechselt) (?:auf|zu|in)|changée? en|cambiada (?:a|por)"
    r"|ist|lautete?|wäre|waere|war|wär|heißt|heisst|hieß|hiess|sei|wird|bleibt"
    r"|est|était|etait|sera|serait|c'est|voici|es|era|fue|sería|seria|será|son|è|é|sarebbe|foi"
    r"|luidt|zijn|är|er|jest|это"
).split("|")
ALSO_LINKS = frozenset(("as", "=", "als", "como", "comme", "come"))

# Between verb and value, or keyword and verb.
FILLERS = (
    r"the|my|your|our|this|here|currently|now|still|just|also|always|probably|simply|actually|not|number|code|named"
    r"|called|following|new|old|current|previously|formerly|once"
    r"|die|der|das|den|mein|meine|dein|ihr|jetzt|noch|bisher|bislang|früher|vorher|immer|aktuell|momentan|derzeit|dazu|einfach|nicht|neue?s?|altes?"
    r"|mon|ma|le|la|maintenant|toujours|mi|el|ahora|actual|il|mio|minha|meu|mijn|nu"
).split("|")

# What begins to tell something else.
LABELS = frozenset(
    "order orders booking reservation reference ref account card email e-mail mail phone telephone mobile username user"
    " login number no nr id name address date invoice ticket case customer serial model product item flight zip"
    " bestellung bestellnummer auftrag rechnung konto kontonummer kundennummer karte telefon handy benutzer"
    " benutzername nutzername adresse datum pedido cuenta tarjeta correo teléfono usuario número commande compte"
    " carte facture téléphone utilisateur numéro pin cvv cvc password passwort reset manager sensitive page field"
    " link recovery screen box hint policy requirements".split()
)

# What people say about a password or instead of an answer, not as one.
COMMON = frozenset(
    """
    a about accepted account again all also always am an and any anymore anything are as at be because been before
    being blocked broken but by called can cannot cant change changed changing character characters complicated
    compromised correct did didn different do does doesn doesnt don done dont easy either email empty enough enter
    entered error etc every everything expired expires expiring fail failed fails fault fine first for forgot
    forgotten from get getting give given good got had hacked happened has have havent he hello help here hi his
    hopefully how however i id idea if ill im in incorrect instead invalid is isn isnt issue it its ive just keep
    keeps know last later leaked let letters like link locked long longer lost maiden many maybe me mean mine missing
    month mother mothers much must my myself name need needed needs neither never new no none nope not nothing now of
    off ok okay old on one only or our out over own password passwords pet pets please private problem prompt question
    quite really recall recognised recognized refused rejected remember required requested reset resetting right
    safe same saved says secret secure security send sent set she short should since single so some someone something
    sometimes soon sorry still stolen stopped strong sure than thank thanks that thats the their them then there these
    they thing think this those though time times to today tomorrow too trouble tried try trying two typed unable
    unknown until up updated use used very visible wait wanna want was wasn wasnt way we weak week well were weren
    what whats whatever when where which while who why will with won wont work worked working works would wouldn
    wrong year years yes yesterday yet you your yours
    aber abgelaufen als am auch auf aus bei bitte da dann das dass dein dem den der des die doch du ein eine einen
    einem eingeben einmal er es etwas falsch fehler fehlt für funktioniert funktionieren geändert gehackt geht genau
    gesperrt gestern gut habe haben hab hallo hat heute hier ich ihr im immer in ist ja jetzt kann kannst kein keine
    keinen klappt kommt können leider mal man mehr mein meine meinem meinen mich mir mit muss nach nein neu neue neues
    nicht nichts noch nun nur ob oder ohne problem richtig schon sein seit sie sind so soll stimmt stimmen und ungültig
    unser unsere vergessen verloren von war warum was weg weil weiß weiss wenn wie wieder will wird wo wurde wollen
    zu zum zur zurück zurücksetzen zurückgesetzt ändern
    a ai à après au avec bien bloqué bonjour ce cela ces ceci comme comment correct de des dit donc du elle en encore
    est et expiré faux fonctionne fonctionnait il incorrect invalide je la le les ma mais marche me merci mes moi mon
    ne non nous on ou oublié oui par pas perdu plus pour pourquoi que quel quelle qui sais se si sur tu un une vous y
    ahora al aún bloqueada bloqueado caducada caducado como con correcta cuál cual de del el ella en era es esta está
    este esto expirada funciona gracias ha hay he hola incorrecta inválida la las lo los me mi mis muy necesito ni
    nueva olvidada olvidado olvidé para perdida pero por porque puedo que qué quiero se sé si sí sin su tengo un una
    y ya yo che chi cosa di dimenticata e ho il non per sbagliata sono não esqueci minha meu errada eu o
    niet mijn vergeten werkt het ik
    """.split()
)
