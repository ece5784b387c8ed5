/** The module `gc`, in Python. */

export default `
"""Memory is reclaimed by the host; there is nothing to steer."""
_enabled = True
def collect(generation=2):
    return 0
def enable():
    global _enabled
    _enabled = True
def disable():
    global _enabled
    _enabled = False
def isenabled():
    return _enabled
def get_threshold():
    return (700, 10, 10)
def get_count():
    return (0, 0, 0)
garbage = []
`;
