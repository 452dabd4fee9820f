"""
The order of versions, one module for each scheme; :mod:`pregate.lockfiles.versions` is the door to them.

Every module has ``parse(text)``, which gives a :class:`~pregate.lockfiles.versioning.base.Parsed`, or None
for what is no version there. Texts come from hostile files: the door bounds their length, and every scheme
reads them in one pass.

``univers`` 32.0.1 and what is here were held against the ecosystems' own tools on random pairs, ours on
10,000 drawn after it was written: it differs only where its modules say so. ``univers`` is right for PyPI (by
``packaging``), RubyGems and RPM. Its order is wrong for Maven (338 of 10,000), Composer (671 of 6,560, and 25
errors) and Conan (380 of 10,000); its equality, which lists of versions need, for npm (244 of 7,137), Go (156
of 7,630), Composer (199) and dpkg (65 of 9,718). It has nothing for Conda, and took 40 to 190 microseconds a
pair. So ``packaging`` is used for PyPI, and the others are here.

NuGet, Pub, Julia, Terraform, GitHub Actions, CocoaPods, Hackage, CRAN, apk and Go's standard library were
held against no tool, for none was at hand; nor was ``univers`` measured for them.
"""
