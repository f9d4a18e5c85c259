"""Benchmarks behind `./zhanggui bench NAME`: each starts what it needs and prints its figure beside the limit of the same run.

One file per benchmark with `main(argv) -> dict`; `client.py` is the load generator, a process of its own, whose share of
the processor is printed with every figure.
"""
