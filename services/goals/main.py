"""The goals service, wired together."""

from services.goals import api, consumers
from shared.service import Service


service = Service("goals", router=api.router, reader=consumers.reader)
