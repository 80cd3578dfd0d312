"""Live sessions at the pace of a microphone: delays, correctness, and what they leave behind."""
