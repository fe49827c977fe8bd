"""The intake service: its calls, and what it reads from clinics."""

from services.intake import api, consumers
from shared.service import Service


service = Service("intake", router=api.router, reader=consumers.reader)
