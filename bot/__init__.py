"""Runs the thing: command line, settings, wiring, clock, delivery."""
