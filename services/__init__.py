"""The services. Learn one, know all: the same file names in each."""
