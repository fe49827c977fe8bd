"""Starts the embedded PostgreSQL and Apache Kafka as child processes of the caller."""

from deploy.embedded.kafka import Kafka
from deploy.embedded.leash import Leash
from deploy.embedded.postgres import Postgres


__all__ = ["Kafka", "Leash", "Postgres"]
