"""A store on each database."""

from tests.databases import cluster, empty_database, empty_file, file_store, store, store_url

__all__ = ["cluster", "empty_database", "empty_file", "file_store", "store", "store_url"]
