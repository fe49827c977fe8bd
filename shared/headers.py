"""The names that records' headers have, and the types of those that are about the log itself."""

SEQUENCE, INCARNATION, SOURCE, ID, TYPE = (
    "ce_sequence",
    "ce_incarnation",
    "ce_source",
    "ce_id",
    "ce_type",
)
TIME, CLINIC, TRACE = "ce_time", "ce_clinicid", "traceparent"
VERSION, CONTENT, SUBJECT, PARTITION_KEY = (
    "ce_specversion",
    "content-type",
    "ce_subject",
    "ce_partitionkey",
)
SPECIFICATION, JSON = b"1.0", b"application/json"  # what version and content are of every record
GENESIS = "tidemark.genesis"  # a partition's first record: which generation of the topic this is
MARKER = "tidemark.incarnation"  # from here on the publisher numbers anew
PLUMBING = (GENESIS, MARKER)
