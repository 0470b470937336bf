"""Where routes are registered, and who may use them."""

from shared.http import Api

READERS = ("officer", "approver", "auditor", "contract_manager", "integration")
PROPOSERS = ("officer", "contract_manager", "integration")

api = Api("subcontractors")
