"""The rule-based summarizer of Batonpass: no model, no download, a summary in a few milliseconds."""

from batonpass_summarizer_rules.summarizer import RulesSummarizer

__all__ = ["RulesSummarizer"]
