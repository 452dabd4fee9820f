"""
Lock files and pinned requirements: which package stands where in which version, and what an advisory says of
it.

Usable without the rest of pregate: :func:`pregate.lockfiles.readers.read` gives the packages of one file,
:func:`pregate.lockfiles.affected.evaluate` tells whether an advisory in the OSV format concerns one. Nothing
is resolved, installed or executed; no file is opened here.
"""
