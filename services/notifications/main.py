"""Notifications' wiring: calls, reader, and the one sender of messages."""

from services.notifications import api, consumers, sender
from shared.service import Service


service = Service("notifications", router=api.router, reader=consumers.reader, tasks=(sender.run,))
