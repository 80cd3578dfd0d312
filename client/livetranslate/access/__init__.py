"""Who may use a server, and how much: tenants, their API keys and their quotas.

Shared by the models, which ask (``gate``), and the tools, which keep the file (``tenants``). Without a tenants file
everybody may use the server, as ``anonymous``.
"""

from livetranslate.access.api_keys import KEY_HEADER, make_key
from livetranslate.access.gate import Gate
from livetranslate.access.tenants import ANONYMOUS, Quotas, StoredKey, Tenant, TenantsFile

__all__ = ["ANONYMOUS", "KEY_HEADER", "Gate", "Quotas", "StoredKey", "Tenant", "TenantsFile", "make_key"]
