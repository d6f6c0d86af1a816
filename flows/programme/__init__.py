"""The catalogue as people choose from it, and whether the programme is ready."""
