"""
What the outcomes of the checks mean for the gate: pure, computed once, by nothing but the outcomes, the
configuration and what the repository has said of findings before (suppressions, baseline).

Adding a finding never improves a verdict, suppressing one never worsens it, and the order of files and
checks is irrelevant.
"""

from pregate.policy.decision import URGENT, decide, judge, state_of, untolerated
from pregate.policy.waiving import NO_WAIVERS, Waivers

__all__ = ["NO_WAIVERS", "URGENT", "Waivers", "decide", "judge", "state_of", "untolerated"]
