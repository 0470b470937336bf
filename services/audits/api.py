"""What people and machines ask of audits over HTTP: the routes of all its parts."""

from services.audits.audits_api import audits_api
from services.audits.evidence_api import evidence_api
from services.audits.links_api import links_api
from services.audits.mending_api import mending_api
from services.audits.plans_api import plans_api
from services.audits.quotas_api import quotas_api
from services.audits.reports_api import reports_api
from services.audits.talks_api import talks_api
from services.audits.wages_api import wages_api
from shared.http import Api

api = Api("audits")
for part in (
    plans_api,
    audits_api,
    mending_api,
    links_api,
    wages_api,
    evidence_api,
    quotas_api,
    talks_api,
    reports_api,
):
    api.router.routes.extend(part.router.routes)
