"""Outside formats and partners: importers of other platforms' files, their pictures, outgoing webhooks.

It promises that a bad row never sinks its neighbours, that the same file again changes nothing, and that the modules below
never learn a partner's name. It never decides about prices, stock or orders: it calls the services that do.
"""
