"""The measure in words: `batonpass summaries score --help` prints them, docs/summaries.md too. Nothing is imported."""

DEFINITIONS = (
    (
        "N(x), C(x)",
        "N: lower case, every run of signs outside 0-9 and a-z is one space. C: the same without the spaces.",
    ),
    (
        "v is in t",
        "N(v) is a run of whole words of N(t); or C(v) has a digit, at least 5 signs, and is a part of C(t).",
    ),
    (
        "F",
        (
            "A dialogue's distinct fact values (by N) that are in one of its customer or agent turns. Facts whose name"
            " has the word pin or card, or security, password or cvv in it, are secrets and no part of F."
        ),
    ),
    (
        "KFR",
        (
            "Key-fact recall: the share of F, over all dialogues, that is in the value of a given fact. Only the field"
            " of facts counts, of it the first 20 facts, as far as their values have 60 words (of N) together."
        ),
    ),
    (
        "ID",
        (
            "KFR over identifiers. A fact is one when the last word of its name is id, reference, ref, number, no,"
            " account, iban, phone, telephone, mobile, code, username, login, email, mail, zip or postcode (number_of_rooms"
            " is none), or name when it is somebody's (customer, user, patient, guest, ...); or when its value has the shape"
            " of a mail address, of a telephone number, or of one word of at least 5 signs with a digit that is no date,"
            " time, amount or number with its unit."
        ),
    ),
    (
        "precision",
        (
            "The share of given facts (those that count for KFR) whose value equals one of F: the same N, or the same C"
            " when it has a digit and at least 5 signs."
        ),
    ),
    (
        "secrets",
        "Values of secret facts that are in any text of the summary: prose, facts, other fields. Must be 0.",
    ),
    (
        "unsupported",
        (
            "Specifics of the summary that stand in no turn, tool lines included (nor in the giver's reason or note)."
            " Specifics are words with a digit, mail addresses, and words with a capital (not in German); one that"
            " opens a sentence counts when another follows and it is no common word. Possessives are stripped. A fact's"
            " value is one too, and must stand in the turn it names."
        ),
    ),
    (
        "ROUGE-1/2/L",
        (
            "F1 of the prose's words, pairs and longest common subsequence against reference_summaries: words of N, no"
            " stemming, stop words count. Of several references the best of each figure, then the mean over the dialogues"
            " that have one (`rouge` of --json; `rouge_mean` takes the mean over the references instead)."
        ),
    ),
    (
        "ms",
        "Time of the summarizer's own call: mean, median, 95th percentile (nearest rank), longest.",
    ),
)
"""Term and definition, in the order of the figures."""
