"""
Other scanners, installed where pregate runs: how they are called, on which files, and within what limits.

Nothing of the tree under judgement is executed or steers a scanner: commands and a scanner's configuration
are of the trusted revision, programs are never taken from inside the tree, and a scanner sees a copy of the
files that concern it, in a folder of its own.
"""
