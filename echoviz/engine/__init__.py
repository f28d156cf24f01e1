"""Training: the only home of TensorFlow, Keras and Dask, none of which is imported before it is used."""

from echoviz.engine.training import train

__all__ = ["train"]
