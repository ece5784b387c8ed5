"""What the suites' helpers ask of `platform`."""


def python_implementation():
    return "CPython"


def system():
    return "Vivarium"


def machine():
    return ""
