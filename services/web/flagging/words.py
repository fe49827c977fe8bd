"""The words of flags: acts, what was done, why it ended, who is told. Pure."""

ACTIONS = {
    "safety_assessed": "A full safety assessment was made",
    "safety_plan_made": "A safety plan was made",
    "emergency_services_called": "Emergency services were called",
    "client_contacted": "The client was reached",
    "contact_attempted": "Contact was tried",
    "discussed_in_supervision": "Discussed in supervision",
    "clinical_support_tool_used": "Alliance, motivation, life events and support were looked at",
    "goal_renegotiated": "The goal was agreed anew",
    "ending_planned": "An ending was planned",
    "re_triaged": "Triaged again",
    "score_taken": "A score was taken",
    "referred_to_authority": "Referred to the authority",
    "others_told": "Others were told",
    "other": "Something else, as the note says",
}
CLOSE_REASONS = {
    "assessed_plan_in_place": "Assessed in full; a plan is in place",
    "assessed_referred_on": "Assessed in full; referred on",
    "assessed_care_continues": "Assessed in full; care continues as agreed",
    "assessment_refused": "An assessment was offered and refused",
    "action_taken": "What was needed is done",
    "no_action_needed": "Looked at; nothing is needed",
    "entered_wrongly": "What it rests on was entered wrongly",
    "referred_to_authority": "Referred to the authority",
    "threshold_not_met": "Looked at; the authority’s threshold is not met",
    "case_ended": "The case has ended",
}
REOPEN_REASONS = {
    "closed_by_mistake": "It was closed by mistake",
    "not_resolved": "It is not resolved",
    "new_information": "There is new information",
}
TELLERS = {
    "clinician": "the clinician",
    "deputy": "the deputy",
    "clinical_lead": "the clinical lead",
    "front_desk": "front desk",
    "safeguarding_lead": "the safeguarding lead",
}
DONE = {
    "acknowledged": "Acknowledged",
    "review_started": "Review started",
    "assigned": "Handed over",
    "actioned": "Acted on",
    "escalated": "Went on by its clock",
    "closed": "Closed",
    "reopened": "Reopened",
}
GONE = "Something not held any more: corrected, voided, replaced; or the case cannot be read"
# What one person did before another could, in the words of a sentence about them.
FASTER = {
    "in_review": "started to review this",
    "closed": "closed this",
    "acknowledged": "acknowledged this",
    "actioned": "recorded an action on this",
}
