"""The goods of the demo mall: written down here, drawn by `demo.art`, put on sale through the services.

`load` is set-based and can be repeated: what is there already stays as it is.
"""

from .loading import LoadedGoods, LoadedSku, load

__all__ = ["LoadedGoods", "LoadedSku", "load"]
