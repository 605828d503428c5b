"""The undo journal: rows before and after each change, and how each change ended, whatever happened to us.

    frames   rows in compressed frames with checksums
    states   lines with checksums that say how far each entry came
    entry    an entry, put together from its lines
    journal  the folder: new entries, their images, what is kept and for how long
"""
