"""How good summaries are: dialogues in, a summarizer over them, figures and cards out.

Used by the command line only. Standard library, `plugin_api` and `plugin_text`.
"""
