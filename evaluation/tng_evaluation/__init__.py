"""Measures TNG beside the codecs that people use, and draws the curves."""
