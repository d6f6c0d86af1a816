"""``python -m storage.migrations "what changes"``: write the next step from what the models have become."""

import sys

from storage.database import schema


def main() -> None:
    """Write the step named by the command's words; Alembic says where."""
    name = " ".join(sys.argv[1:]).strip()
    if not name:
        sys.exit('say what changes, as in: make migration name="sessions get a room"')
    if schema.write_step(name) is None:
        sys.stdout.write("The migrations already lead to the models as they are.\n")


main()
