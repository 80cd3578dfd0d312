"""Other live systems on the same weights, clips and cores: how they are installed, started, driven and scored."""
