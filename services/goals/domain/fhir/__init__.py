"""FHIR R4 (4.0.1), written strictly: pure mappings from our records to resources, and one back."""
