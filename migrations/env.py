"""What Alembic runs for every command. The connection comes from `migrations.runner`, with its transaction open."""

from alembic import context

from db.models import Item
from migrations.comparison import options

connection = context.config.attributes["connection"]
# One transaction holds the whole upgrade: it is the caller's, who checks the result before the commit.
context.configure(connection=connection, target_metadata=Item.metadata, **options(connection.dialect.name))
with context.begin_transaction():
    context.run_migrations()
