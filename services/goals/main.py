"""The goals service, wired together: calls, reader, and who opens links that are due."""

from services.goals import api, consumers, opener
from shared.service import Service


service = Service("goals", router=api.router, reader=consumers.reader, tasks=(opener.run,))
