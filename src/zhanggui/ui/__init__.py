"""The look of the mall, for shop and back office alike: pages, components, forms, formats, languages, bundled assets.

It owns the Jinja2 environment, the component macros (`templates/ui/c.html`), how money and times are written, and where
the built style sheets and scripts lie. It promises that everything shown is escaped, in both languages, and works
without scripts. It never reads a table, never knows what a product or an order is, and decides nothing.
"""
