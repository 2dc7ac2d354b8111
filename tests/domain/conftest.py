"""Settings of the property tests of the domain."""

from hypothesis import settings

# Holidays and zones are read when they are first needed, and on a busy machine one example may wait for a core.
settings.register_profile("domain", deadline=None)
settings.load_profile("domain")
