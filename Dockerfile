# The service for a doctor's computer or a server: the REST API and the page over one bundle.
#   docker build -t semia-api .
#   docker run -p 127.0.0.1:8000:8000 -e SEMIA_ACCESS=local -v "$PWD/.semia/bundle:/var/lib/semia/bundle:ro" semia-api
FROM python:3.12-slim-bookworm AS build
WORKDIR /build
COPY requirements/serve.lock ./
RUN python -m venv --without-pip /opt/semia \
    && pip --python /opt/semia/bin/python install --no-cache-dir --no-deps --require-hashes -r serve.lock
WORKDIR /opt/semia/app
COPY warehouse/__init__.py warehouse/connection.py warehouse/errors.py warehouse/hash_key.py warehouse/roles.py warehouse/server_state.py warehouse/settings.py warehouse/
COPY ml/__init__.py ml/problems.py ml/
COPY ml/serving/ ml/serving/
COPY api/ api/
RUN /opt/semia/bin/python -m compileall -q /opt/semia

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/semia semia \
    && install -d -o semia /var/lib/semia
COPY --from=build /opt/semia /opt/semia
# The sums of one patient are small: threads that wait for part of them take what answers need.
# Pydantic would look through every package for plugins at each start; there are none.
ENV PATH=/opt/semia/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OPENBLAS_NUM_THREADS=1 \
    PYDANTIC_DISABLE_PLUGINS=__all__ \
    SEMIA_HOME=/var/lib/semia \
    SEMIA_HOST=0.0.0.0 \
    SEMIA_LOG=stdout
WORKDIR /opt/semia/app
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 \
    CMD ["python", "-m", "api.probe"]
CMD ["python", "-m", "api"]
