"""What a server does when it is treated badly: malformed requests, bad connections, killed processes, long use."""
