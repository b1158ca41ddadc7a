# Releasevakt in one small image: no root, no compiler, nothing written outside /data (and /tmp, for SQLite).
#
#   docker build -t releasevakt .
#   docker run -d --read-only --tmpfs /tmp -v releasevakt:/data -p 8000:8000 releasevakt

FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/releasevakt
COPY requirements.lock ./
RUN /opt/releasevakt/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY api api
COPY db db
COPY templates templates
RUN /opt/releasevakt/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin releasevakt \
 && install -d -m 700 -o releasevakt -g releasevakt /data
COPY --from=build /opt/releasevakt /opt/releasevakt
ENV PATH=/opt/releasevakt/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RELEASEVAKT_DATA_DIR=/data \
    RELEASEVAKT_HOST=0.0.0.0 \
    RELEASEVAKT_PORT=8000
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['RELEASEVAKT_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["releasevakt"]
CMD ["serve"]
