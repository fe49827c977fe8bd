"""What to do when something broke: how it shows, what to decide, and the one command. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """One thing that can break; without a command it heals by itself or on these pages."""

    what: str
    shows: str
    decide: str
    command: str = ""


NEW = 'make new-incarnation SERVICE={} REASON="…"'
ACCEPT = 'make accept-topic SERVICE=progress TOPIC=goals REASON="…"'

RUNBOOK = (
    Trouble(
        "A reader is down or late, nothing is set aside",
        "Streams: down, paused or late",
        "Wait: it is started again and reads on from where it stopped. Resume it on Streams if it"
        " was paused.",
    ),
    Trouble(
        "A reader ends again and again",
        "Streams: restarting, with how often it was started within ten minutes",
        "Its log says why it ends. What it had read stays read; it goes on once the cause is gone.",
        "make logs SERVICE=progress-worker",
    ),
    Trouble(
        "An event cannot be read",
        "Parked events: set aside; only its own case waits",
        "Preview it, then redrive it on Parked events once the cause is gone.",
    ),
    Trouble(
        "An event can never be read",
        "Parked events: set aside, and a preview says that it still cannot be; its case stands"
        " still, which its clinician and the lead see on their pages",
        "That what it says counts for nothing here: skip it for good on Parked events. Two people"
        " have to agree, and who publishes it records it again.",
    ),
    Trouble(
        "What is known of a case cannot be read",
        "Rebuilds and Parked events say so of that case; nobody else waits for it",
        "Repair that case: what was set aside for this reason is taken up with it.",
        'make repair CASE=… REASON="…"',
    ),
    Trouble(
        "One case looks wrong",
        "Rebuilds: the case differs from the log",
        "Repair that case on Rebuilds, or from a terminal.",
        'make repair CASE=… REASON="…"',
    ),
    Trouble(
        "Rules changed, or nobody trusts the projection",
        "Many cases differ, or none is known to",
        "Start a rebuild, look whether the differences that it lists are right, then switch.",
        'make rebuild REASON="…"',
    ),
    Trouble(
        "A service’s database was restored from a backup and the log is ahead of it",
        "Its relay refuses: the log is ahead of this database",
        "What is lost in the database stays read by others; it is entered again by hand where it"
        " matters.",
        NEW.format("goals"),
    ),
    Trouble(
        "A database was restored and the log is not ahead, or it moved to another server",
        "Its relay refuses: the server of this database changed",
        "That this, and no other copy, is the database from now on.",
        NEW.format("goals"),
    ),
    Trouble(
        "The database of progress is empty",
        "Its relay refuses: begun by another database; everything is folded again meanwhile",
        "Wait until figures are current again, so that nobody is told twice. The command"
        " takes what people did about flags from the log; notes and concerns come back only from a"
        " backup.",
        NEW.format("progress"),
    ),
    Trouble(
        "A topic was made anew and its past is gone",
        "A relay refuses: the log lost a number and the outbox no longer has it",
        "That readers keep what they know and go on.",
        NEW.format("goals"),
    ),
    Trouble(
        "A topic is another one than before",
        "Readers stop: another generation of the topic",
        "Keep the old topic or this one. Let the relay number anew first, then each reader accept.",
        ACCEPT,
    ),
    Trouble(
        "A row of what another service has consumed is gone, or all are",
        "Its reader says that the place up to which it had read is gone",
        "That its database is not an older one: then what Kafka was told holds. If it is, or Kafka"
        " does not know, everything is read again: add FROM=beginning.",
        'make restore-place SERVICE=goals REASON="…"',
    ),
    Trouble(
        "A row of what progress has consumed is gone",
        "Its reader says that the place up to which it had read is gone",
        "Nothing: it is folded again from the log and switched to by itself.",
        'make rebuild REASON="…"',
    ),
)
