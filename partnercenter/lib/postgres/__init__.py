"""The database backend: Django's for PostgreSQL, with the second wall in its health check."""
