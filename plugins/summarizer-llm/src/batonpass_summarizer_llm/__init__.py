"""Batonpass's summarizer that asks a model behind an OpenAI-compatible server (entry point ``llm``).

Facts come from code (the rules summarizer), words from the model, and every sentence of the model is checked against
the chat. ``docs/llm.md`` has the options and what leaves the house.

Every failure is a SummaryFailed with one of these reasons, and none holds a word of the chat or of the server:

* ``not_configured``: ``configure`` was never called
* ``busy``: no turn within the deadline, ``at_once`` others were being asked
* ``timeout``: no answer within ``timeout`` seconds or the deadline
* ``connection``: the server cannot be reached, or broke off
* ``rate_limited``: status 429, and no time left to wait as long as it asked for
* ``server_error``: status 408, 409 or 5xx, again and again
* ``unauthorized``: status 401 or 403: the key
* ``no_model``: the server does not know the model
* ``too_long``: the chat is longer than the model reads: lower ``max_input_tokens``
* ``bad_request``: the server does not like the request for another reason
* ``too_big``: an answer of more than 256 KiB, which was not read
* ``packed``: an answer that is compressed though it was asked not to be
* ``bad_answer``: an answer that is no text
* ``not_json``: status 200 with something else than a completion, such as an HTML page
* ``cut_answer``: an answer that ends too early
* ``empty_answer``: a completion without words
* ``wrong_schema``: an object without the fields that were asked for
* ``refused``: the model will not
* ``nothing_left``: no sentence of the answer could be shown
* ``broke_contract``: what was left does not pass the host's check
"""

from batonpass_summarizer_llm.summarizer import LlmSummarizer

__all__ = ["LlmSummarizer"]
