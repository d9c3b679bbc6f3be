"""Word lists: what carries no specific. General language only, no list of places, firms or people."""

FUNCTION = frozenset(
    """
    a an the this that these those some any all both each every either neither other another such same own more
    most much many few little less least enough several no not none nothing nobody never neither nor only just
    also too very really quite rather pretty so well even still yet already again always often sometimes usually
    maybe perhaps probably possibly likely actually currently now then here there where when why how what which
    who whom whose whatever whichever i me my mine myself you your yours yourself he him his she her hers it its
    itself we us our ours they them their theirs themselves one ones someone somebody something somewhere anyone
    anybody anything anywhere everyone everybody everything everywhere be am is are was were been being do does
    did done doing have has had having can could will would shall should may might must ought cannot can't won't
    don't doesn't didn't isn't aren't wasn't weren't haven't hasn't hadn't wouldn't couldn't shouldn't i'm i've
    i'd i'll you're you've you'd you'll he's she's it's we're we've we'd we'll they're they've that's there's
    here's what's where's who's let's im ive id dont cant u ur and or but if because since as than though
    although while until unless whether of at by for with about against between into through during before after
    above below to from up down in out on off over under near nearby around along across behind beyond within
    without toward towards per via upon inside outside else yes no yeah yep yup nope ok okay oh ah um uh hmm hm
    hi hey hello bye goodbye please thanks thank sorry sure fine great good nice cool perfect wonderful
    excellent awesome alright right correct exactly absolutely definitely certainly course kindly wow nah
    anyways anyway ugh ugg yikes dang darn whoa oops lol haha whew gosh damn shoot yay merci danke gracias
    bonjour hallo hola ciao salut sorry congrats cheers ich du er sie es wir ihr mein meine meinen meiner dein
    deine ihre ihren unser unsere der die das den dem des ein eine einen und oder aber nicht kein keine ist sind
    war habe haben hat hatte kann können möchte wie was wo wann warum ja nein bitte danke guten tag morgen abend
    leider laut soll von vom zum zur mit für auf aus bei nach seit je tu il elle nous vous ils mon ma mes votre
    vos notre le la les un une des du et ou mais ne pas est sont ai avez oui non merci bonjour bonsoir quel
    quelle comment pourquoi quand où yo tú él ella nosotros usted mi su sus el los las una unos y o pero es son
    tengo tiene sí claro buenos buenas días tardes qué cómo cuándo dónde cuál super lovely fabulous however
    additionally moreover therefore otherwise meanwhile besides furthermore finally unfortunately
    """.split()
)

# Verbs people ask and tell with; in every form.
_VERBS = """
    accept add agree answer apply arrange arrive ask assist assume attend await become begin believe bring buy
    call care carry catch change charge check choose click come complain confirm connect consider contact
    continue cost create decide depart describe discuss dine do drink drive eat enjoy enter exist expect explain
    extend feel figure fill find finish fit fix fly follow forget forward get give go grab guess handle happen
    hear help hold hope include inform invite join keep know land last learn leave let like listen live locate
    look lose love make manage matter mean meet mention mind miss move name need note notice offer open order
    pay pick plan play prefer prepare proceed process provide purchase put reach read realize receive recommend
    record remember remind rent repeat reply report request require research reserve respond rest return ride
    run say schedule search see seem select sell send serve set share show sit sleep sound speak specify spend
    stand start stay stop submit suggest suppose take talk tell think thank throw travel trust try turn type
    understand update use verify view visit wait walk want wanna wants watch wish wonder work worry write book
    cancel transfer gonna wanna gotta tick rate
    """
_IRREGULAR = """
    began begun bought brought came chose chosen did done drove ate eaten felt found flew forgot forgotten got
    gotten gave given went gone heard held kept knew known left lost made meant met paid put ran said saw seen
    sold sent sat slept spoke spent stood took taken talked told thought understood wrote written broke broken
    """


def _forms(verb: str) -> set[str]:
    stem = verb[:-1] if verb.endswith("e") else verb
    doubled = verb + verb[-1]
    past = verb[:-1] + "ied" if verb.endswith("y") else stem + "ed"
    return {verb, verb + "s", verb + "es", stem + "ing", past, doubled + "ing", doubled + "ed"}


VERBS = frozenset(form for verb in _VERBS.split() for form in _forms(verb)) | frozenset(_IRREGULAR.split())

# Nouns and adjectives that say nothing alone.
VAGUE = frozenset(
    """
    able additional address amount appointment appropriate area available availability bit booking case chance
    choice city close code comment conversation cost country criteria customer date dates day days dear deal
    detail details different difference email end event events example extra fact far favor first following form
    friend friends full further future general guy guys half help hour hours id idea info information issue item
    items job kind last later let level line list location long lot lots manner matter message minute minutes
    moment money month months name names new next nothing number numbers old option options order others part
    people person persons phone place places point possible price problem process purpose question questions
    quick quickly range rate rating ready reason recently request reservation result results search second
    service services short sir madam side similar simple single size small soon sort special specific staff
    stuff super system team thing things third time times today tonight tomorrow yesterday town total trip
    trouble true type types unable upcoming way ways week weekend weeks whole wrong year years big large best
    better bad worse worst high higher low lower early earlier late later left main number certain interested
    interesting happy glad afraid hopefully unfortunately please preferably instead ahead away back together
    apart anymore anyway along altogether afternoon morning evening night noon midnight currently immediately
    directly exact exactly particular overall popular nearest closest cheapest mood bunch couple set kinda list
    lookup look favorite star stars box boxes
    """.split()
)

# What names a class: the word before it is what somebody chose ("jazz concert", "economy class").
HEADS = frozenset(
    """
    account airline airlines alarm apartment apartments appointment bedroom bedrooms bus cab car cars category
    class cuisine color colour doctor event events film films flight flights food foods game games genre home
    hotel hotels house housing kind lesson location movie movies music office part place places plan plane price
    priced property restaurant restaurants ride rides room rooms seat seats section service show shows side size
    song songs spot spots store style subtitle subtitles table therapist ticket tickets tour town train trip
    type vehicle
    """.split()
)

MONTHS = (
    "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov"
    " november dec december"
).split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday mon tues tue wed weds thur thurs thu fri sat sun".split()
CALENDAR = frozenset((*MONTHS, *DAYS))

# Nothing in a chat begins with these as a name, though they are written with a capital there.
NO_NAME = FUNCTION | VERBS | VAGUE | CALENDAR
