"""
Suppressions: somebody's word that a finding is accepted, with a reason, and perhaps an owner and a last day.

``inline`` reads comments in the scanned files, ``file`` reads ``.pregate/suppressions.toml`` and ``writing``
changes it, ``comments`` knows which comment a file can hold, ``matching`` which rule a word means. What a
suppression is worth, policy decides.
"""
