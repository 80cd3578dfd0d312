"""How soon drift is noticed, and how often it is seen where there is none."""
