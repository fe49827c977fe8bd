"""Tests of how Tidemark is run."""
