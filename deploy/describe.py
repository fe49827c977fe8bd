"""python -m deploy.describe: where everything is, who there is, and how to be them, as JSON."""

import json
from typing import Any

from deploy import topology
from deploy.demo import CLINICS, PARTNER, PEOPLE
from deploy.keys import Signer, partner_secret
from shared.settings import Settings


TWELVE_HOURS = 12 * 3600


def describe(settings: Settings) -> dict[str, Any]:
    """The content of demo.json, with fresh tokens."""
    signer = Signer(settings.data_folder, settings.issuer_url, settings.audience)
    return {
        "web": settings.web_url,
        "services": {part.name: settings.url_of(part.name) for part in topology.STORING},
        "kafka": settings.kafka,
        "databases": {name: settings.database(name, "owner") for name in topology.DATABASES},
        "clinics": [
            {"clinic_id": str(clinic.clinic_id), "name": clinic.name, "zone": clinic.zone}
            for clinic in CLINICS
        ],
        "staff": [
            {
                "staff_id": str(person.staff_id),
                "name": person.name,
                "role": person.role.value,
                "clinic_id": str(person.clinic.clinic_id),
                "token": signer.person(person, TWELVE_HOURS),
            }
            for person in PEOPLE
        ],
        "partner": {
            "client_id": PARTNER.client_id,
            "client_secret": partner_secret(settings.data_folder),
            "token_url": f"{settings.issuer_url}/token",
            "clinic_id": str(PARTNER.clinic.clinic_id),
        },
    }


if __name__ == "__main__":
    print(json.dumps(describe(Settings()), indent=1))
