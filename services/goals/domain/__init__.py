"""Goal rules. Pure: no clock, no database, no Kafka."""
