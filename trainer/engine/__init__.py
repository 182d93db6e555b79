"""Where fits run. `local` is the one trainer process beside the web server; `worker` is what runs inside it."""
