"""How things are written on pages: icons, files of others, figures and times, charts."""
