"""Serving: Triton installed, the served repository assembled, the server started, supervised and ended.

``plan`` what to serve, ``triton`` the installation, ``manifest`` and ``sources`` the source repository,
``assembly`` the served one, ``launcher`` the process, ``control`` Triton's API, ``probes`` one real inference a
model, ``keeper`` one model's health, ``supervisor`` the whole, ``record`` what others may know of it, ``instance``
and ``shared_memory`` what is ours on this machine, ``lifecycle`` start and stop seen from outside.
"""
