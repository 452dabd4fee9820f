"""
What a user's ``.gitleaks.toml`` says: rules of their own, and what they allow.

``reading`` makes :class:`~pregate.secrets.gitleaks.model.CustomRules` of the file, ``expressions`` holds RE2,
in whose syntax the expressions are, ``matching`` finds what the rules mean and ``allowing`` says what is
allowed; ``names`` says which detector of ours stands for a rule of gitleaks' own. Format: gitleaks' README,
"Configuration" (https://github.com/gitleaks/gitleaks#configuration), as of 8.30.
"""
