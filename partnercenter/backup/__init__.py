"""Backup and restore of a whole installation: database, files, heads of the activity log."""
