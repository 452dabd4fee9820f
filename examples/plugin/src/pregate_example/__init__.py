"""Two plug-ins for pregate: the check ``images`` and the report ``badge``."""
