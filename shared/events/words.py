"""The closed sets of the field (domain sheet D): codes that events and services share."""

from enum import StrEnum


class Role(StrEnum):
    """What a person or system may be."""

    FRONT_DESK = "front_desk"
    CLINICIAN = "clinician"
    CLINICAL_LEAD = "clinical_lead"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    OPERATIONS = "operations"
    PARTNER = "partner"


class Modality(StrEnum):
    """Who comes."""

    INDIVIDUAL = "individual"
    COUPLE = "couple"
    FAMILY = "family"
    GROUP = "group"


class Urgency(StrEnum):
    """How soon a referral wants to be looked at."""

    ROUTINE = "routine"
    URGENT = "urgent"


class EndCode(StrEnum):
    """Why a case ended: NHS Talking Therapies end codes (domain sheet D.2 [S15])."""

    NOT_ASSESSED = "50"
    NOT_SUITABLE_NO_ACTION = "10"
    NOT_SUITABLE_SIGNPOSTED = "11"
    DISCHARGED_AFTER_ADVICE = "12"
    REFERRED_ELSEWHERE = "13"
    DECLINED = "14"
    INCOMPLETE_ASSESSMENT = "16"
    DECEASED_BEFORE_TREATMENT = "17"
    COMPLETED_AS_AGREED = "46"
    ENDED_EARLIER_THAN_PLANNED = "47"
    ENDED_EARLIER_THAN_ASKED = "48"
    DECEASED = "49"
    NOT_KNOWN_NOT_TAKEN_ON = "95"
    NOT_KNOWN = "96"


class SessionKind(StrEnum):
    """An assessment alone does not stop the waiting clock (domain T14)."""

    ASSESSMENT = "assessment"
    TREATMENT = "treatment"


class SessionMode(StrEnum):
    """How people meet."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"


class Attendance(StrEnum):
    """What became of a session (NHS AttendOrDNACode, domain sheet D.2 [S15])."""

    ATTENDED = "attended"  # 5
    LATE_SEEN = "late_seen"  # 6
    LATE_NOT_SEEN = "late_not_seen"  # 7
    DID_NOT_ATTEND = "did_not_attend"  # 3
    CANCELLED_BY_CLIENT = "cancelled_by_client"  # 2
    CANCELLED_BY_SERVICE = "cancelled_by_service"  # 4


class GoalKind(StrEnum):
    """The eight kinds of goal, in the order in which screens show them."""

    SYMPTOM_RELIEF = "symptom_relief"
    INSIGHT = "insight"
    BEHAVIOUR_CHANGE = "behaviour_change"
    EMOTIONAL_REGULATION = "emotional_regulation"
    RELATIONSHIPS = "relationships"
    PERSONAL_GROWTH = "personal_growth"
    RESILIENCE = "resilience"
    WELL_BEING = "well_being"


class GoalOwner(StrEnum):
    """Whose goal it is."""

    CLIENT = "client"
    CARER = "carer"
    CLINICIAN = "clinician"
    SHARED = "shared"


class RatedBy(StrEnum):
    """Who gave a rating."""

    CLIENT = "client"
    CLINICIAN = "clinician"


class Rule(StrEnum):
    """The flag rules of version 1 (domain sheet C.2)."""

    SI_ITEM = "SI_ITEM"
    DETERIORATION = "DETERIORATION"


class Severity(StrEnum):
    """How soon a clinician should look."""

    URGENT = "urgent"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class FlagState(StrEnum):
    """The life of a flag."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    IN_REVIEW = "in_review"
    ACTIONED = "actioned"
    CLOSED = "closed"
    CLEARED = "cleared"


class Purpose(StrEnum):
    """Why a message is sent."""

    APPOINTMENT_BOOKED = "appointment_booked"
    APPOINTMENT_RESCHEDULED = "appointment_rescheduled"
    APPOINTMENT_CANCELLED = "appointment_cancelled"
    FLAG_RAISED = "flag_raised"


class Channel(StrEnum):
    """By which way a message goes."""

    EMAIL = "email"
    SMS = "sms"


class RecipientKind(StrEnum):
    """Who is told."""

    CLIENT = "client"
    STAFF = "staff"
