"""Everything that the portal keeps in its database, one module for each thing."""

from ingest.models.batch import Batch
from ingest.models.check import Check, ColumnValues, Part, TraitLines
from ingest.models.data_source import DataSource
from ingest.models.decision import Decision
from ingest.models.delivery import Attempt, DeliveredPart, Delivery, DeliverySource
from ingest.models.destination import Destination, DestinationSecret, Environment
from ingest.models.event import Event
from ingest.models.job import Job, Leader
from ingest.models.mail import AccountMail, Mail, Outgoing
from ingest.models.receipt import AdobeReceipt
from ingest.models.trait import Trait
from ingest.models.upload import Upload
from ingest.models.user import User
from ingest.models.workspace import Invitation, Membership, Role, Workspace

__all__ = [
    "AccountMail",
    "AdobeReceipt",
    "Attempt",
    "Batch",
    "Check",
    "ColumnValues",
    "DataSource",
    "Decision",
    "DeliveredPart",
    "Delivery",
    "DeliverySource",
    "Destination",
    "DestinationSecret",
    "Environment",
    "Event",
    "Invitation",
    "Job",
    "Leader",
    "Mail",
    "Membership",
    "Outgoing",
    "Part",
    "Role",
    "Trait",
    "TraitLines",
    "Upload",
    "User",
    "Workspace",
]
