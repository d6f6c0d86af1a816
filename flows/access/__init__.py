"""How people come in, and how two accounts turn out to be one person's: invitations, codes, and taking apart."""
