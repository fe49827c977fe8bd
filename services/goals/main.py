"""The goals service, wired together: calls, reader, and who opens links that are due."""

from services.goals import api, consumers, opener
from services.goals.queries.cases import heard_by
from shared.service import Service


service = Service(
    "goals",
    router=api.router,
    reader=consumers.reader,
    tasks=(opener.run,),
    heard_by=heard_by,
)
