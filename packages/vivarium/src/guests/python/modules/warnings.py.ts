/** The module `warnings`, in Python. */

export default `
"""Warnings are collected nowhere: they are only checked against filters that turn them into errors."""
_filters = []
def warn(message, category=None, stacklevel=1, source=None):
    if category is None:
        category = message.__class__ if isinstance(message, Warning) else UserWarning
    for log in _logs:
        log.append(WarningMessage(message if isinstance(message, Warning) else category(message), category))
        return
    for action, cat in _filters:
        if issubclass(category, cat):
            if action == 'error':
                raise message if isinstance(message, Warning) else category(message)
            return
_logs = []
class WarningMessage:
    def __init__(self, message, category):
        self.message = message
        self.category = category
def filterwarnings(action, message='', category=Warning, module='', lineno=0, append=False):
    _filters.insert(0, (action, category))
def simplefilter(action, category=Warning, lineno=0, append=False):
    _filters.insert(0, (action, category))
def resetwarnings():
    _filters.clear()
class catch_warnings:
    def __init__(self, *, record=False, module=None, action=None, category=Warning):
        self._record = record
    def __enter__(self):
        self._saved = list(_filters)
        if self._record:
            log = []
            _logs.insert(0, log)
            return log
    def __exit__(self, *exc):
        _filters[:] = self._saved
        if self._record:
            _logs.pop(0)
`;
