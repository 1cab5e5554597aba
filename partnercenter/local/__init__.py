"""Everything a bare machine needs: Python packages, PostgreSQL, Valkey, the product's processes.

Standard library only, except ``testing`` and ``browser``: it runs before any package is there.
"""
