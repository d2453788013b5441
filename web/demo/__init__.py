"""The story that ``sogoc demo`` plays: invented cooperatives working through the use cases of a person.

``building.py`` is the way in, a chapter is a generator in a file of its own (``grapes``, ``custard_apples``,
``pigs``, ``honey``), ``stage.py`` is what chapters act on. Nothing here writes a row or an entry by itself.
"""
