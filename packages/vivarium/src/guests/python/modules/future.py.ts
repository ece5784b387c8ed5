/** The module `__future__`, in Python. */

export default `
class _Feature:
    def __init__(self, *args): pass
    compiler_flag = 0
annotations = _Feature()
division = absolute_import = print_function = unicode_literals = generators = nested_scopes = with_statement = generator_stop = barry_as_FLUFL = annotations
`;
