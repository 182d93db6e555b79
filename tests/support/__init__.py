"""What tests, benchmarks and tools share: a server and a browser, tables of cases, generators, and invariants."""
