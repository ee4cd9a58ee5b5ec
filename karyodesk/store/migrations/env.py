"""Runs the revisions on the connection that ``store.migrate`` hands in, inside its transaction."""

from alembic import context

from karyodesk.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
