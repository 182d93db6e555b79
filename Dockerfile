# Fitboard in a container, for one computer:
#   docker build -t fitboard .
#   docker run --rm -p 127.0.0.1:8501:8501 -v fitboard-runs:/runs fitboard
# then open http://localhost:8501. Once built, it needs no network. docs/security.md says how to open it to a class.
FROM python:3.11-slim

RUN useradd --create-home --uid 1000 fitboard && install -d -o fitboard -g fitboard /runs
WORKDIR /fitboard

COPY requirements.txt requirements.lock ./
RUN pip install --no-cache-dir -r requirements.txt -c requirements.lock

COPY . .
RUN python -m compileall -q app.py components pages trainer

USER fitboard
ENV FITBOARD_RUNS=/runs
VOLUME /runs
EXPOSE 8501

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

# All interfaces of the container: `docker run -p 127.0.0.1:8501:8501` decides who can reach it from outside.
# Streamlit answers to Ctrl-C and SIGTERM, and saves what runs have learned by then.
STOPSIGNAL SIGTERM
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.headless=true"]
