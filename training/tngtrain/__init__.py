"""Training and export of TNG models: from photographs to an integer weights file (`.tngw`)."""
