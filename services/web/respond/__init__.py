"""Where clients answer questionnaires on a link: no sign-in, no name, no script needed."""
