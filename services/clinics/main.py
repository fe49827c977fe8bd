"""The clinics service: its calls; it reads nobody."""

from services.clinics import api
from shared.service import Service


service = Service("clinics", router=api.router)
