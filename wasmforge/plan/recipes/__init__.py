"""The recipe language: templates, scopes, steps, and the proof that a recipe is closed."""
