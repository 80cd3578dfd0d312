"""How many live sessions a machine holds: measured, and predicted from what one session and a batch of windows cost."""
