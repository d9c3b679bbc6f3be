"""A report compared with a database's timelines and hand-offs, which is what `simulation.comparing` works it out from."""

from batonpass.app.insights import Question, report
from batonpass.domain.figures import By
from batonpass.domain.rules import Rules
from batonpass.simulation.comparing import Heard, differences
from batonpass.store.tx import Tx
from tests.support.laws import load

BY = (By.HOUR, By.QUEUE, By.KIND)


def compared(tx: Tx, rules: Rules) -> list[str]:
    """What a report over everything says, beside what the timelines say: each figure that differs."""
    database = load(tx)
    first = min((talk.row.created_at for talk in database.talks), default=database.now)
    answer = report(tx, rules.insights, Question(first, database.now + 1, BY))
    chats = [
        Heard(
            t.id, t.row.customer_id, t.row.created_at, t.entries, t.handoffs, [str(o.state) for o in t.offers]
        )
        for t in database.talks
    ]
    return differences(answer, chats, rules.insights)
