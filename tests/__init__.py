"""The project's tests; a package, so that no installed package called `tests` can take its place on the path."""
