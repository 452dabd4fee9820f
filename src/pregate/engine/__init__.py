"""
The engine: runs every check's pure analysis over the versions of files that matter, once for each content.

``results`` is the codec between an analysis and the cache; ``analyst`` runs the checks on one file and masks
what they say; ``workers`` spreads files over processes; ``scan`` holds these together for a change set.
"""
