"""What a newcomer needs once everything is up: .local/demo.json, and the same in words."""

from deploy import topology
from deploy.demo import CLINICS, PARTNER, PEOPLE, Clinic
from deploy.describe import describe
from deploy.keys import partner_secret
from deploy.local import records
from deploy.local.place import Place


WORDS = """
  Tidemark is at {web}
  Sign in at {people}
  The mailbox, where messages to people end up here, for front desk: {web}/desk/messages
  Each service's API page: {web}/api/intake/docs and so on, or {pages}

  A referring system posts a referral (a token first, good for an hour):

    TOKEN=$(curl -s {issuer}/token -d grant_type=client_credentials \\
      -d client_id={partner} -d client_secret={secret} | cut -d'"' -f4)

    curl -s {web}/api/intake/v1/referrals -H "Authorization: Bearer $TOKEN" \\
      -H 'Content-Type: application/json' -H 'Idempotency-Key: first' -d '{referral}'

  Data and logs lie in {folder}. `make` lists what else there is; Ctrl-C ends everything.
"""

REFERRAL = (
    '{"clinic_id": "%s", "sender_reference": "R-1", "modality": "individual", '
    '"urgency": "routine", "reason": "Low mood since the spring", "clients": [{"given_name": '
    '"Alex", "family_name": "Moss", "date_of_birth": "1990-04-02", "contacts": [{"kind": '
    '"email", "value": "alex@example.org", "safe": true}]}]}'
)


def write(place: Place) -> None:
    """Replace demo.json, with fresh tokens."""
    records.write(place.folder / "demo.json", describe(place.settings))


def words(place: Place) -> str:
    """The printed summary."""
    first, last = topology.STORING[0], topology.STORING[-1]
    address = place.settings.url_of
    return WORDS.format(
        web=place.web,
        people="; or at ".join(_people(clinic) for clinic in CLINICS),
        pages=f"{address(first.name)}/docs to {address(last.name)}/docs",
        issuer=place.issuer,
        partner=PARTNER.client_id,
        secret=partner_secret(place.settings.data_folder),
        referral=REFERRAL % PARTNER.clinic.clinic_id,
        folder=place.folder,
    )


def _people(clinic: Clinic) -> str:
    theirs = [person for person in PEOPLE if person.clinic == clinic]
    named = ", ".join(f"{person.name} ({person.role.replace('_', ' ')})" for person in theirs)
    return f"{clinic.name} ({clinic.zone}): {named}"
