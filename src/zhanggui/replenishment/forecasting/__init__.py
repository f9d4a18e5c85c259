"""Forecasts by statsforecast, in a process of their own: it needs hundreds of megabytes for a minute a day.

Nothing here is imported by the mall: `library.py` starts `python -m zhanggui.replenishment.forecasting`, gives it
the weeks of all SKUs and reads what it chose. Its packages are locked in `requirements-forecast.lock`.
"""
