"""The goods of the demo mall: written down here, drawn by `demo.art`, put on sale through the services.

`load` is set-based and can be repeated: what is there already stays as it is; `complete` adds what was drawn since.
"""

from .loading import LoadedGoods, LoadedSku, complete, load

__all__ = ["LoadedGoods", "LoadedSku", "complete", "load"]
