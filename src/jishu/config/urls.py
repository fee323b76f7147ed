"""Every address of the platform begins here. Systems bring theirs by their contract; nothing is listed twice."""

from django.urls import URLPattern, URLResolver, include, path

from jishu.config.health import healthz
from jishu.config.operations.metrics import metrics
from jishu.platform.contract import Contract, contracts
from jishu.platform.exchange.api import router as events
from jishu.platform.notify import urls as notify
from jishu.platform.resource.urls import api, resource_urls

# Pages that stand at short addresses, in the namespace of their system.
_SHORT: dict[str, list[URLPattern]] = {"notify": notify.urlpatterns}


def _system(contract: Contract) -> URLResolver:
    pages: list[URLPattern] = [path(page.path, page.view, name=page.name) for page in contract.pages]
    own = path(f"{contract.code}/", include([*pages, *resource_urls(contract)]))
    return path("", include(([*_SHORT.get(contract.code, ()), own], contract.code)))


api.add_router("/events", events)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("metrics", metrics),
    path("", include("jishu.platform.portal.urls")),
    path("", include("jishu.platform.workflow.urls")),
    path("", include("jishu.platform.archive.urls")),
    path("api/v1/", api.urls),
    *(_system(contract) for contract in contracts() if contract.pages or contract.resources),
]

handler400 = "jishu.platform.web.api.bad_request"
handler403 = "jishu.platform.web.api.refused"
handler404 = "jishu.platform.web.api.not_found"
handler500 = "jishu.platform.web.api.server_error"
