"""The demo's clinics, people and partner: fixed names, so the same ids on every machine."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from shared.events.words import Role


NAMESPACE = UUID("5b8f2f6c-6d0e-5f43-9a0f-2d6c1e0b7a11")


def demo_id(*names: object) -> UUID:
    """The id of a thing of the demo; the same names always give the same id."""
    return uuid5(NAMESPACE, "/".join(map(str, names)))


@dataclass(frozen=True)
class Clinic:
    """A clinic of the demo."""

    name: str
    zone: str

    @property
    def clinic_id(self) -> UUID:
        """Fixed by the name."""
        return demo_id("clinic", self.name)


@dataclass(frozen=True)
class Person:
    """A member of staff of the demo."""

    name: str
    role: Role
    clinic: Clinic

    @property
    def staff_id(self) -> UUID:
        """Fixed by the name; the `sub` of this person's tokens."""
        return demo_id("staff", self.name)

    @property
    def email(self) -> str:
        """An address in a domain that can never receive mail."""
        return f"{self.name.lower().replace(' ', '.')}@staff.example"


@dataclass(frozen=True)
class Partner:
    """A referring organisation of the demo and the clinic its contract names."""

    client_id: str
    name: str
    clinic: Clinic


NORTHGATE = Clinic("Northgate", "Europe/London")
HARBOUR = Clinic("Harbour", "America/Halifax")
CLINICS = (NORTHGATE, HARBOUR)
PEOPLE = (
    Person("Priya Nair", Role.FRONT_DESK, NORTHGATE),
    Person("Mara Ellis", Role.CLINICIAN, NORTHGATE),
    Person("Tomas Berg", Role.CLINICIAN, NORTHGATE),
    Person("Ruth Adeyemi", Role.CLINICAL_LEAD, NORTHGATE),
    Person("Sam Okafor", Role.OPERATIONS, NORTHGATE),
    Person("Nils Aaker", Role.OPERATIONS, NORTHGATE),  # what one asks for, a second confirms
    Person("Bryony Hale", Role.SAFEGUARDING_LEAD, NORTHGATE),
    Person("Colm Byrne", Role.FRONT_DESK, HARBOUR),
    Person("Aoife Doyle", Role.CLINICIAN, HARBOUR),
    Person("Henrik Vale", Role.CLINICAL_LEAD, HARBOUR),
    Person("Ingrid Moe", Role.SAFEGUARDING_LEAD, HARBOUR),
)
PARTNER = Partner("riverside-practice", "Riverside Practice", NORTHGATE)
