"""The route class of the FHIR calls: failures as OperationOutcome, with the same status codes."""

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse

from services.goals.domain.fhir.bundles import outcome
from shared.app import Route
from shared.errors import Invalid, ServiceError
from shared.problems import in_our_words


class FhirJson(JSONResponse):
    """A resource as an answer."""

    media_type = "application/fhir+json"


SERVED = ("*/*", "application/*", "application/json", FhirJson.media_type)


@dataclass
class NotServed(ServiceError):
    """The caller takes no JSON, and nothing else is written here."""

    detail: str = "Only application/fhir+json is written here."

    status = 406
    title = "Not acceptable"


class FhirRoute(Route):
    """As every route, and what fails is said in FHIR's words. NotFound is the same bytes always."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The ordinary handler; its expected failures become outcomes."""
        handler = super().get_route_handler()

        async def run(request: Request) -> Response:
            try:
                _acceptable(request.headers.get("accept", "*/*"))
                return await handler(request)
            except ServiceError as error:
                return _failed(error)
            except RequestValidationError as error:
                return _failed(Invalid("Not valid.", in_our_words(error.errors())))

        return run


def _acceptable(accept: str) -> None:
    kinds = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    if not any(kind in SERVED for kind in kinds):
        raise NotServed()


def _failed(error: ServiceError) -> Response:
    body = json.dumps(outcome(error))
    return Response(body, error.status, error.headers, media_type=FhirJson.media_type)
