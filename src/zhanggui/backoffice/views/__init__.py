"""Pages of the back office: one file per area, each with its `urlpatterns` (below `/office/`)."""
