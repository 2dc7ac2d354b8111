# Build:  docker build -t nugget .
# Run:    docker run -v nugget-data:/data -e SLACK_BOT_TOKEN -e SLACK_APP_TOKEN nugget
#
# Everything that lasts is in /data: config.toml, which you put there, and the SQLite file. A folder of the host that is
# mounted there has to belong to user 10001. Tokens come from the environment when it runs, and are never built in. In
# HTTP mode set `host = "0.0.0.0"` under [slack], and publish the port.
#
# To build on exactly one base, write its digest behind the tag, as in python:3.11-slim@sha256:…; the digest is what
# `docker buildx imagetools inspect python:3.11-slim` prints.

FROM python:3.11-slim AS build
WORKDIR /build
# The environment has no pip of its own, so the finished image has no means of installing anything into it.
RUN python -m venv --without-pip /opt/nugget
COPY requirements.lock ./
RUN pip --python /opt/nugget/bin/python install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE config.example.toml ./
COPY bot ./bot
COPY db ./db
COPY migrations ./migrations
# The tools of the build are in the lock, so nothing is fetched here.
RUN pip --python /opt/nugget/bin/python wheel --no-build-isolation --no-deps --no-index --wheel-dir dist . \
    && pip --python /opt/nugget/bin/python install --no-cache-dir --no-deps --no-index dist/*.whl

FROM python:3.11-slim
COPY --from=build /opt/nugget /opt/nugget
# A fresh volume takes its owner from this folder.
RUN install --directory --owner=10001 --group=10001 --mode=0700 /data
ENV PATH="/opt/nugget/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# A number, so that a cluster can see for itself that this is not root.
USER 10001:10001
# Settings and database are looked for in the current folder.
WORKDIR /data
VOLUME ["/data"]
EXPOSE 3000
STOPSIGNAL SIGTERM
# There is no HEALTHCHECK, since there is nothing yet that could be asked.
ENTRYPOINT ["nugget"]
CMD ["run"]
