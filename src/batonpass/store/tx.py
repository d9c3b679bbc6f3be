"""One transaction over either engine: the queries, in parts by what they are about."""

from sqlalchemy import Connection

from batonpass.store.tx_administration import AdministrationQueries
from batonpass.store.tx_agents import AgentQueries
from batonpass.store.tx_attachments import AttachmentQueries
from batonpass.store.tx_case import CaseQueries
from batonpass.store.tx_conversations import ConversationQueries
from batonpass.store.tx_customer import CustomerQueries
from batonpass.store.tx_door import DoorQueries
from batonpass.store.tx_due import DueQueries
from batonpass.store.tx_figures import FigureQueries
from batonpass.store.tx_keeping import KeepingQueries
from batonpass.store.tx_life import LifeQueries
from batonpass.store.tx_outbox import OutboxQueries
from batonpass.store.tx_rows import RowQueries
from batonpass.store.tx_summaries import SummaryQueries


class Tx(
    AdministrationQueries,
    AgentQueries,
    AttachmentQueries,
    CaseQueries,
    ConversationQueries,
    CustomerQueries,
    DoorQueries,
    DueQueries,
    FigureQueries,
    KeepingQueries,
    OutboxQueries,
    LifeQueries,
    RowQueries,
    SummaryQueries,
):
    """The queries of one open transaction. `now` is the store's time in ms, the same for its whole length."""

    def __init__(self, connection: Connection, now: int) -> None:
        self.connection = connection
        self.now = now
        self.dialect = connection.dialect.name
