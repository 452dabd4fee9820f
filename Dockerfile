# The image of the action. A release names the base by digest: --build-arg BASE=docker.io/library/python:3.13-slim@sha256:…
# (the digest of the multi-platform index, from `docker buildx imagetools inspect python:3.13-slim`).
ARG BASE=docker.io/library/python:3.13-slim

# hadolint ignore=DL3006
FROM ${BASE} AS build
WORKDIR /src
# Wheels only, so that no package's build runs; the project's own wheel is made here and nothing of this stage is shipped.
COPY pyproject.toml LICENSE README.md ./
COPY src ./src
# One timestamp for every file of the wheel and every compiled module: the same input gives the same layer.
ARG SOURCE_DATE_EPOCH=315532800
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH} \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
RUN pip wheel --no-deps --wheel-dir /wheels . \
 && python -m venv --without-pip /opt/pregate \
 && pip --python /opt/pregate/bin/python install --only-binary :all: --no-compile "$(echo /wheels/*.whl)[gitleaks,fast]" \
 && python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/pregate/lib \
 && find /opt/pregate -newermt "@${SOURCE_DATE_EPOCH}" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

# hadolint ignore=DL3006
FROM ${BASE}
LABEL org.opencontainers.image.title="pregate" \
      org.opencontainers.image.description="A security gate for changes" \
      org.opencontainers.image.licenses="Apache-2.0"
# git is the one program that is run. Its version is the distribution's newest fix, so it is not pinned.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/cache/ldconfig/aux-cache
# The base's standard library comes without bytecode, and a container that is thrown away would compile it at every start.
ARG SOURCE_DATE_EPOCH=315532800
RUN python -m compileall -q -j 0 --invalidation-mode unchecked-hash -x '/(site-packages|test|tests|idlelib|ensurepip|turtledemo)/' \
      "$(python -c 'import os; print(os.path.dirname(os.__file__))')" \
 && find /usr/local/lib -newermt "@${SOURCE_DATE_EPOCH}" \( -type d -o -name '*.pyc' \) \
      -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +
COPY --from=build /opt/pregate /opt/pregate
ENV PATH=/opt/pregate/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONSAFEPATH=1
# No USER: GitHub runs a container action as root, since the workspace and the command files belong to the runner's user
# ("Dockerfile support for GitHub Actions"). Elsewhere it runs as anyone: docker run --user 1000:1000 --entrypoint pregate …
ENTRYPOINT ["pregate", "action"]
