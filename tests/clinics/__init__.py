"""Tests of the clinics service."""
