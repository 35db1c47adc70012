FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY config config
COPY storage storage
RUN python -m venv /opt/duban \
 && /opt/duban/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.11-slim
# A new volume at /spool gets the owner that the folder has here.
RUN useradd --system --create-home --home-dir /var/lib/duban duban \
 && install --directory --owner=duban --group=duban --mode=0700 /spool
COPY --from=build /opt/duban /opt/duban
ENV PATH=/opt/duban/bin:$PATH PYTHONUNBUFFERED=1
USER duban
WORKDIR /var/lib/duban
VOLUME /var/lib/duban
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["duban", "serve", "--host", "0.0.0.0", "--port", "8080"]
