"""What Bolt's listeners match: everything, since our own tables decide."""

import re

ANYTHING = re.compile(r"[\s\S]*")
