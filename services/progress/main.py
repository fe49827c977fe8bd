"""The progress service: its calls. Its worker is Faust's, in stream.py."""

from services.progress import api
from shared.service import Service


service = Service("progress", router=api.router)
