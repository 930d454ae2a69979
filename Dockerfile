# One image for every program of amportal, as a user without rights; docs/servers.md has a compose file for all:
#   docker build -t amportal .
#   docker run --rm -p 8000:8000 -v amportal:/var/lib/amportal amportal serve --host 0.0.0.0     everything, to try it
#   docker run --rm -v "$PWD:/work" -w /work --user "$(id -u):$(id -g)" amportal onboard customers.csv --mapping mapping.json --out out
FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/var/cache \
    AMPORTAL_DATA_DIR=/var/lib/amportal \
    AMPORTAL_STATIC_DIR=/srv/amportal/static

WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin amportal \
    && install -d -o amportal -g amportal -m 0700 /var/lib/amportal \
    && install -d -o amportal -g amportal /srv/amportal \
    && install -d -m 1777 /var/cache/amportal

COPY . ./
RUN python -m compileall -q amportal ingest

# The engine is compiled here, once; a machine with another processor compiles again at its first start.
# Whichever user the container runs as may read and add to what was compiled.
USER 10001
RUN python manage.py warm_engine \
    && chmod -R a+rwX /var/cache/amportal/* \
    && python manage.py prepare --files

# An image has one check, and this is the web server's; the compose file has the workers' and the dispatcher's.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "/app/manage.py", "health", "web"]

EXPOSE 8000
VOLUME /var/lib/amportal
ENTRYPOINT ["python", "/app/manage.py"]
CMD ["web", "--bind", "0.0.0.0:8000"]
