"""`nugget demo`: the real bot beside the stand-in for Slack, living a month through Slack events."""
