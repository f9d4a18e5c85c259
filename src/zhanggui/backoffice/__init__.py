"""The back office: the pages of the team, under `/office/`. A request becomes a query or a command of a module.

It promises that every action is checked on the server against the permissions of whoever is signed in, that lists cost
the same at any size, and that whatever is refused comes back with what was typed. It holds no rule of the business,
opens no transaction and writes no table.
"""
