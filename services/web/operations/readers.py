"""Who reads whom, and how late each may be. A test holds this to deploy/topology.py."""

PUBLISHERS = ("clinics", "intake", "scheduling", "goals", "notifications", "progress")
READS = {
    "intake": ("clinics",),
    "scheduling": ("clinics", "intake"),
    "goals": ("clinics", "intake", "scheduling"),
    "notifications": ("clinics", "intake", "scheduling", "goals", "progress"),
    "progress": ("clinics", "intake", "scheduling", "goals"),
}
LIMITS = {"progress": 15}  # seconds; flags rest on it
LIMIT = 30


def limit_of(service: str) -> int:
    """From how many seconds on a reader is late."""
    return LIMITS.get(service, LIMIT)
