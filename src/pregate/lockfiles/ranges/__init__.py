"""
What a version has to be for a requirement to be content with it, one module for each family of notations;
:mod:`pregate.lockfiles.constraints` is the door to them.

Each gives True or False, or None for what it does not understand. Constraints come from hostile files: the
door bounds their length, and each is read in one pass.
"""
