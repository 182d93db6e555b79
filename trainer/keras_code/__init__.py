"""Models as Keras code: a recipe written as a script, and layers read from a script or from `model.to_json()`.

`writer` writes, `reader` reads. Nothing that is read is ever run.
"""
