"""Replays: asked for, stopped, carried out."""

from .asking import start_replay, stop_replay

__all__ = ["start_replay", "stop_replay"]
