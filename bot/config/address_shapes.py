"""What people's addresses look like in each channel that there is. A new channel adds its line."""

from typing import Final

import handlers.slack.address
import handlers.telegram.address
from storage.people.addresses import Shapes

SHAPES: Final[Shapes] = {
    "slack": handlers.slack.address.SHAPE,
    "telegram": handlers.telegram.address.SHAPE,
}
"""The playground is not among them: nobody but invented people is there."""
