"""Who may call progress."""

from typing import Annotated

from fastapi import Depends

from shared.auth import Actor, require
from shared.events.words import Role


Clinical = Annotated[Actor, Depends(require(Role.CLINICIAN, Role.CLINICAL_LEAD))]
Lead = Annotated[Actor, Depends(require(Role.CLINICAL_LEAD))]
