"""The addresses of a contract's resources."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from jishu.platform.contract import Contract, Resource
from jishu.platform.identity.api import Actor
from jishu.platform.web.api import page

from .bringing import modes_of
from .listing import is_named
from .pages.alike import narrow_by_cell
from .pages.bring_in import bring_in, import_bad, import_blank, import_job
from .pages.browse import browse, choices
from .pages.bulk import bulk_form, bulk_job
from .pages.detail import detail, undo
from .pages.edit import add, edit
from .pages.printing import print_detail, print_list
from .pages.take_away import export_file, export_job, take_away
from .pages.views import columns, views
from .rest.building import build

api = build()
View = Callable[..., HttpResponseBase]
_FORM = require_http_methods(["GET", "HEAD", "POST"])
_READ = require_http_methods(["GET", "HEAD"])


def resource_urls(contract: Contract) -> list[URLPattern]:
    """To be included under ``/<contract.code>/`` in the namespace ``contract.code``."""
    return [pattern for resource in contract.resources for pattern in _patterns(resource)]


def _patterns(resource: Resource) -> list[URLPattern]:
    view = resource.permission("view")
    patterns = [
        _path(resource, "list", "", browse, view),
        _path(resource, "export", "export/", take_away, view, guard=require_POST),
        _path(resource, "print", "print/", print_list, view),
        _path(resource, "views", "views/", views, view, guard=_FORM),
        _path(resource, "columns", "columns/", columns, view, guard=_FORM),
        _path(resource, "export-job", "export/<uuid:uid>/", export_job, view, guard=_FORM),
        _path(resource, "export-file", "export/<uuid:uid>/file/", export_file, view),
        _path(resource, "choices", "choices/<slug:key>/", choices, view),
    ]
    if resource.form and resource.create:
        patterns.append(_path(resource, "add", "add/", add, _permission(resource.create), guard=_FORM))
    if modes_of(resource):  # which of them a person may use, the page finds out
        patterns += [
            _path(resource, "import", "import/", bring_in, view, guard=_FORM),
            _path(resource, "import-blank", "import/blank/", import_blank, view),
            _path(resource, "import-job", "import/<uuid:uid>/", import_job, view, guard=_FORM),
            _path(resource, "import-bad", "import/<uuid:uid>/bad/", import_bad, view),
        ]
    for action in resource.bulk:
        patterns.append(
            _path(
                resource,
                f"bulk-{action.name}",
                f"bulk/{action.name}/",
                partial(bulk_form, action=action),
                _permission(action.run),
                guard=_FORM,
            )
        )
    if resource.bulk:
        patterns.append(_path(resource, "bulk-job", "bulk/<uuid:uid>/", bulk_job, view, guard=_FORM))
    if is_named(resource):
        patterns.append(_path(resource, "detail", "<uuid:uid>/", detail, view))
        patterns.append(_path(resource, "alike", "<uuid:uid>/alike/", narrow_by_cell, view))
        patterns.append(_path(resource, "print-one", "<uuid:uid>/print/", print_detail, view))
    if resource.form and resource.update and is_named(resource):
        change = _permission(resource.update)
        route = "<uuid:uid>/undo/<uuid:amendment>/"
        patterns.append(_path(resource, "undo", route, undo, change, guard=require_POST))
    if resource.form and resource.update:
        patterns.append(_path(resource, "edit", "<uuid:uid>/edit/", edit, _permission(resource.update), guard=_FORM))
    return patterns


def _permission(command: Any) -> str:
    return str(command.permission)


def _path(
    resource: Resource, name: str, route: str, generic: View, permission: str, *, guard: Callable[[View], View] = _READ
) -> URLPattern:
    view = resource.pages.get(name, generic)

    @page(permission)
    def served(request: HttpRequest, actor: Actor, /, **key: Any) -> HttpResponseBase:
        return view(request, actor, resource, **key)

    return path(f"{resource.name}/{route}", guard(served), name=f"{resource.name}-{name}")
