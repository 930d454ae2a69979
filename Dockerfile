# amportal's command line, and later its portal, as a user without rights:
#   docker build -t amportal .
#   docker run --rm -v "$PWD:/data" --user "$(id -u):$(id -g)" amportal onboard customers.csv --mapping mapping.json --out out
FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/var/cache

WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin amportal \
    && install -d -o amportal -g amportal /data \
    && install -d -m 1777 /var/cache/amportal

COPY . ./
RUN python -m compileall -q amportal ingest

# The engine is compiled here, once; a machine with another processor compiles again at its first start.
# Whichever user the container runs as may read and add to what was compiled.
USER 10001
RUN python manage.py warm_engine && chmod -R a+rwX /var/cache/amportal/*

WORKDIR /data
ENTRYPOINT ["python", "/app/manage.py"]
CMD ["onboard", "--help"]
