"""``python -m storage.migrations "what changes"``: write the next step from what the models have become."""

import sys

from storage import schema


def main() -> None:
    """Write the step named by the command's words, and say where."""
    name = " ".join(sys.argv[1:]).strip()
    if not name:
        sys.exit('say what changes, as in: make migration name="sessions get a room"')
    path = schema.write_step(name)
    sys.stdout.write(f"{path}\n" if path else "The migrations already lead to the models as they are.\n")


main()
