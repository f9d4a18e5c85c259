"""The editor of pages: any part of content as a form, the form back as data, and the steps between.

What a block holds stands in `content`; this package asks it and draws fields, so that a new kind of block has its editor.
Names of fields are paths of keys (`b.hero-1.slides.0.title.zh`); the order of a list is that of its hidden inputs, so
that moving a piece of the page in the browser is all there is to moving it.
"""
