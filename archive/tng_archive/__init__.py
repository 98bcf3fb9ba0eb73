"""Turns archives of millions of pictures into TNG, on Apache Spark, without losing one.

From the inside out: `coding` turns the bytes of one picture into those of another; `worker` runs it
in a process with limits; `unit` makes of that the whole way of one picture from store to store;
`task` takes a list of pictures that way and notes them in the `manifest`. None of these knows
Spark: `job` alone does, which lists the source, finds what is to be done and spreads it over the
cluster.
"""
