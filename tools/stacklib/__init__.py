"""The process launcher behind `tools/stack`."""
