"""The three kinds of failure that callers tell apart."""


class NuggetError(Exception):
    """Anything that Nugget itself raises on purpose."""


class MendableError(NuggetError):
    """The person can mend it; the message is written for them and is shown as it stands."""


class FieldError(MendableError):
    """What stands in one field of a form cannot be taken; the message is shown beside that field."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class TemporaryError(NuggetError):
    """Trying again later may work: a database or Slack that does not answer, a lost race."""


class PermanentError(NuggetError):
    """Trying again will not help; a person has to look at it."""
