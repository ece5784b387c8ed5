class ExceptionIsLikeMixin:
    def assertExceptionIsLike(self, exc, template):
        """Same types, arguments and members, however deep."""
        if exc is None and template is None:
            return
        if template is None or exc is None:
            self.fail(f"{exc!r} and {template!r} are not alike")
        if not isinstance(exc, ExceptionGroup):
            self.assertEqual(exc.__class__, template.__class__)
            self.assertEqual(exc.args[0], template.args[0])
        else:
            self.assertEqual(exc.message, template.message)
            self.assertEqual(len(exc.exceptions), len(template.exceptions))
            for e, t in zip(exc.exceptions, template.exceptions):
                self.assertExceptionIsLike(e, t)
