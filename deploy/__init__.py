"""How Tidemark runs; the only code that may import every service."""
