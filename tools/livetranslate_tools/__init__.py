"""LiveTranslate for operators: environments, models, serving."""
