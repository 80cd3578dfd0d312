"""Drift of what comes in and goes out: the metrics of now held against those of before, and nothing but metrics.

    signals      what is watched, and what of the metrics it is made of
    window       counts between two readings of the metrics
    endpoint     windows from the server's metrics endpoint
    prometheus   windows from a Prometheus server
    reference    the windows that count as usual, kept in a file
    divergence   how far a window's distribution is from the usual one
    usual_spread how far windows of the reference are from one another, hence what is unusual
    judging      one window: each signal's score, and whether it is shifted
    sustained    shifted for so many windows in a row: drift
    gauges       the scores as metrics
    report       a page for people

See docs/drift.md for the method, its figures and its limits.
"""
