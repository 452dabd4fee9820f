"""ValidatePolicy offline: what the service would say about a policy, code by code."""
