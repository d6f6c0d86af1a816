"""People: who they are, where they are reached, how they come in, and how two turn out to be one."""
