"""Forms: declared once, answered over minutes or days, rendered by any channel."""
