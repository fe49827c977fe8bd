"""Bundle and OperationOutcome: what a search and a failure are answered with."""

from collections.abc import Sequence
from urllib.parse import urlencode

from services.goals.domain.fhir.codes import Resource
from shared.errors import ServiceError


# OperationOutcome.issue.code by HTTP status (FHIR R4, value set issue-type).
ISSUES = {
    400: "structure",
    401: "login",
    403: "forbidden",
    404: "not-found",
    406: "not-supported",
    409: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    503: "transient",
}


def searchset(
    base: str,
    kind: str,
    query: dict[str, str],
    found: Sequence[Resource],
    total: int,
    following: str | None,
) -> Resource:
    """One page of a search; `total` counts all pages, `next` is there when there is one more."""
    links = [{"relation": "self", "url": _address(base, kind, query)}]
    if following is not None:
        after = query | {"after": following}
        links.append({"relation": "next", "url": _address(base, kind, after)})
    said: Resource = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": total,
        "link": links,
    }
    return said | ({"entry": [_entry(base, one) for one in found]} if found else {})


def _address(base: str, kind: str, query: dict[str, str]) -> str:
    return f"{base}/{kind}?{urlencode(query)}"


def _entry(base: str, resource: Resource) -> Resource:
    return {
        "fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}",
        "resource": resource,
        "search": {"mode": "match"},
    }


def outcome(error: ServiceError) -> Resource:
    """A failure; what is wrong with a field names the field and never repeats a value."""
    code = ISSUES.get(error.status, "exception")
    issues = [_issue(code, f"{e.field}: {e.message}", e.field) for e in error.errors]
    return {"resourceType": "OperationOutcome", "issue": issues or [_issue(code, error.detail)]}


def _issue(code: str, words: str, field: str | None = None) -> Resource:
    said: Resource = {"severity": "error", "code": code, "diagnostics": words}
    return said | ({"expression": [field]} if field else {})
