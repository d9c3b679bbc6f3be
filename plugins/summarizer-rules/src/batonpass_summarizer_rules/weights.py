"""What speaks for and against giving a specific, in log odds; a rule's name is the kind of what it found.

Tuned by reading misses and by logistic regression over half of two public sets of task dialogues, then rounded. The
kinds that are nearly always worth giving (references, names, mail, phones) are set higher by hand: asking for them
again costs most. No word of any dialogue is in here.
"""

BASE = -2.4

# What found it.
_KINDS = {
    "address": 0.5,
    "amount": -0.3,
    "answer": 2.2,
    "area": 1.0,
    "argument": 5.0,
    "classed": 0.7,
    "counted": 0.9,
    "date": 1.6,
    "email": 4.0,
    "field": -0.3,
    "head": -1.3,
    "iban": 4.0,
    "labelled": 3.0,
    "lead": 2.6,
    "looked up": 4.5,
    "long answer": -1.0,
    "model": 1.5,
    "modifier": 0.8,
    "named": 1.4,
    "number": 4.5,
    "offered": -0.7,
    "phone": 2.5,
    "place": 0.4,
    "placed": 2.0,
    "postal": 2.0,
    "proper": 1.9,
    "quality": 1.3,
    "quoted": 1.4,
    "recap term": 0.9,
    "reference": 3.0,
    "role": 2.5,
    "route": 0.7,
    "run": 1.5,
    "said name": 2.5,
    "size": 1.0,
    "start": -0.3,
    "story": -0.2,
    "term": 0.2,
    "time": 0.7,
    "titled": 2.5,
    "wide": 0.8,
    "year": 0.8,
}

# Who said it.
_SPEAKERS = {
    "by customer": 0.6,
    "by both": 0.7,
    "by agent": -0.7,
    "by system": -4.5,
}

# What became of it, how often it was said, how long it is.
_MOVES = {
    "agent recap": 0.6,
    "customer done": 1.2,
    "agent done": 0.5,
    "agreed": 0.8,
    "refused": -0.4,
    "unanswered": 0.3,
    "told": -0.5,
    "listed": -1.0,
    "long": -1.0,
    "newest": 1.1,
    "reworded": -0.6,
    "part": -0.3,
    "lasting": -3.3,
    "asked identifier": 2.0,
    "tool identifier": 1.5,
    "said 1": -0.5,
    "said 2": 0.2,
    "said 3": 0.6,
    "words 1": -0.7,
    "words 2": -0.2,
    "words 4": 0.6,
}

# Kinds by who said them, in a recap, or the newest of their kind.
_KINDS_AND_MOVES = {
    "address by agent": -0.7,
    "address by customer": 1.3,
    "address recap": 1.1,
    "amount by agent": -1.6,
    "amount by both": 2.1,
    "amount by customer": 2.0,
    "amount recap": 1.1,
    "classed by agent": 0.3,
    "classed by customer": -1.1,
    "classed recap": -0.4,
    "counted by customer": 1.0,
    "counted newest": 1.5,
    "counted recap": 0.8,
    "date by agent": 0.9,
    "date by both": 0.5,
    "date by customer": 0.5,
    "date recap": -0.6,
    "head by both": -0.6,
    "head recap": -0.4,
    "modifier by customer": 0.4,
    "modifier recap": 0.8,
    "phone by agent": -0.3,
    "place by agent": -0.6,
    "place by both": 0.2,
    "place by customer": 0.9,
    "proper by agent": -0.4,
    "proper by both": -0.7,
    "proper newest": 1.1,
    "run by agent": 0.5,
    "run by both": -0.2,
    "run by customer": 0.9,
    "run recap": -0.4,
    "term by both": -0.3,
    "term by customer": -0.5,
    "term recap": 0.2,
    "time by agent": 0.8,
    "time by both": -0.3,
    "time by customer": 0.2,
    "time recap": 0.9,
}

WEIGHTS = {**_KINDS, **_SPEAKERS, **_MOVES, **_KINDS_AND_MOVES}
