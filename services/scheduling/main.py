"""Scheduling's wiring."""

from services.scheduling import api, consumers
from shared.service import Service


service = Service("scheduling", router=api.router, reader=consumers.reader)
