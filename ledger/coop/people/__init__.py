"""Who may sign in and from which device, what is shown to whom, and how a person is forgotten."""
