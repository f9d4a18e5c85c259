"""When X happened, do Y: one file per reacting module, each reaction a few lines that call one service.

Bound in `config/wiring.py`. A reaction may be late and may be repeated; it runs in a transaction of its own making.
"""
