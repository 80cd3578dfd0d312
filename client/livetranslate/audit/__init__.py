"""The audit log: who used the server and who administered it, when, with what outcome. Never what was said.

Lines of JSON in numbered files. Each line is chained to the one before by a keyed hash, so a changed, removed, added or
reordered line shows; a head file shows a cut-off end. What names a tenant can be deleted later and the chain holds.
"""

from livetranslate.audit.log import AuditLog
from livetranslate.audit.record import Kind, Record
from livetranslate.audit.removal import forget, retain
from livetranslate.audit.verification import Report, verify

__all__ = ["AuditLog", "Kind", "Record", "Report", "forget", "retain", "verify"]
