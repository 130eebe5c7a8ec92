"""The forms a snapshot leaves the archive in. Each module writes its form and reads it back."""
