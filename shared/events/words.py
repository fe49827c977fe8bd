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


class GoalMethod(StrEnum):
    """How a goal is rated: the codes of shared/events/measures/methods."""

    GBO = "gbo"  # 0 (not at all) to 10 (fully reached)
    GAS = "gas"  # five described levels, -2 to +2


class GoalStatus(StrEnum):
    """The life of a goal; FHIR's lifecycleStatus and achievementStatus follow from it (D.3)."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    ACHIEVED = "achieved"
    NOT_ACHIEVED = "not_achieved"
    WITHDRAWN = "withdrawn"
    OPEN_AT_CLOSING = "open_at_closing"  # nobody has said how it ended when its case was closed
    DECLINED = "declined"


class GoalEnd(StrEnum):
    """How a goal that was worked on ended."""

    ACHIEVED = "achieved"
    NOT_ACHIEVED = "not_achieved"
    WITHDRAWN = "withdrawn"
    OPEN_AT_CLOSING = "open_at_closing"  # the closing says so, never a person


class DeclineReason(StrEnum):
    """Why a proposed goal is not taken on (domain sheet D.5 [S28a])."""

    DANGEROUS = "dangerous"
    NOT_ACCEPTABLE = "not_acceptable"
    OUTSIDE_THE_SERVICE = "outside_the_service"


class RatedBy(StrEnum):
    """Who gave a rating."""

    CLIENT = "client"
    CLINICIAN = "clinician"


class AnsweredBy(StrEnum):
    """Who gave a questionnaire's answers to us."""

    CLIENT = "client"  # on a link
    STAFF = "staff"  # from paper, or in the session
    SENDER = "sender"  # another system


class CorrectionReason(StrEnum):
    """Why a rating or an answer is corrected or voided."""

    ENTERED_WRONGLY = "entered_wrongly"
    WRONG_PERSON = "wrong_person"
    WRONG_TIME = "wrong_time"
    DUPLICATE = "duplicate"
    CLIENT_CORRECTED = "client_corrected"


class RhythmKind(StrEnum):
    """When a measure is given to a client."""

    ONCE = "once"
    EACH_SESSION = "each_session"
    EVERY_WEEKS = "every_weeks"
    START_AND_END = "start_and_end"


class Disclosure(StrEnum):
    """What somebody said in words, as a code: the words themselves stay out of every event."""

    SUICIDAL_THOUGHTS = "suicidal_thoughts"
    SUICIDE_PLAN = "suicide_plan"
    SELF_HARM = "self_harm"


class Rule(StrEnum):
    """The flag rules (domain sheet C.2)."""

    SI_ITEM = "SI_ITEM"
    DETERIORATION = "DETERIORATION"
    NOT_ON_TRACK = "NOT_ON_TRACK"
    GOAL_STALLED = "GOAL_STALLED"
    RECOVERED_READY = "RECOVERED_READY"
    DNA_1 = "DNA_1"
    DNA_2 = "DNA_2"
    DISENGAGED = "DISENGAGED"
    LONG_GAP = "LONG_GAP"
    WAIT_BREACH = "WAIT_BREACH"
    LATE_NOT_SEEN = "LATE_NOT_SEEN"
    OUTCOME_MISSING = "OUTCOME_MISSING"
    SAFEGUARDING = "SAFEGUARDING"
    REPEAT_REFERRAL = "REPEAT_REFERRAL"


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
    FLAG_ESCALATED = "flag_escalated"
    CONCERN = "concern"  # seen by its recipient alone
    QUESTIONNAIRE = "questionnaire"


class Channel(StrEnum):
    """By which way a message goes."""

    EMAIL = "email"
    SMS = "sms"


class RecipientKind(StrEnum):
    """Who is told."""

    CLIENT = "client"
    STAFF = "staff"
