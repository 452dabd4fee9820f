"""
The order of versions, one module for each scheme; :mod:`pregate.lockfiles.versions` is the door to them.

Every module has ``parse(text)``, which gives a :class:`~pregate.lockfiles.versioning.base.Parsed`, or None for
what is no version there. Texts come from hostile files: the door bounds their length, and every scheme reads
them in one pass.

``univers`` 32 was measured on random pairs against each ecosystem's own tool (docs/dependencies.md has the
numbers): it is right for RubyGems, Debian and RPM, and wrong or without an order for Composer, Conan, Conda,
Maven's qualifiers, Pub and Go's standard library. ``packaging`` is right for PyPI and used; the others are
small enough to be written here.
"""
