# One image for both groups of web workers, worker and beat; docker-compose.yml says which of them it is.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1

WORKDIR /app

COPY scripts/system.sh scripts/system.sh
RUN scripts/system.sh run && rm -rf /var/lib/apt/lists/*

COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/base.txt

COPY . .
# Building static files needs settings that start, not settings that are secret.
RUN SECRET_KEY=only-while-building-the-image DATABASE_URL=sqlite://:memory: \
        python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --no-create-home kbl \
    && install --directory --owner kbl /var/lib/kbl

USER kbl
EXPOSE 8000
# A worker makes room for a fresh one now and then: what it holds on to is bounded (docs/performance.md).
CMD ["gunicorn", "kbl.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--worker-tmp-dir", "/dev/shm", "--timeout", "60", \
     "--max-requests", "2000", "--max-requests-jitter", "400"]
