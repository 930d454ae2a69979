"""What somebody had typed when their session ended is kept until they have signed in again."""

from typing import Final, cast

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from ingest.forms.destinations import RETYPE, SECRET_PREFIX, may_be_kept
from ingest.forms.help import PASTED_PREFIX

_KEY: Final = "kept_post"
_MOST_CHARACTERS: Final = 500_000


def keep(request: HttpRequest) -> None:
    """Keep the fields of a POST in the session that is about to be signed in.

    Files are not kept, nor is the token, nor what was pasted on a page of the help, nor are secrets: only that there
    were some, so that they are asked for again.
    """
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    for name in [name for name in fields if name.startswith(PASTED_PREFIX)]:
        del fields[name]
    for name in [name for name in fields if name.startswith(SECRET_PREFIX)]:
        if any(fields.pop(name)):
            fields.appendlist(RETYPE, name)
    for name in [name for name, texts in fields.lists() if not all(may_be_kept(name, text) for text in texts)]:
        del fields[name]
    encoded = fields.urlencode()
    if len(encoded) <= _MOST_CHARACTERS:
        request.session[_KEY] = {"path": request.path, "fields": encoded}


def submitted(request: HttpRequest, *, also: str = "") -> QueryDict | None:
    """The fields of this POST; on a GET after signing in again what had been typed here, once; else None.

    A view hands it to its form and saves only on a POST, so that people look at their answers once more. `also`: the
    path of a fragment of this page to which the same fields are sent.
    """
    if request.method == "POST":
        return cast("QueryDict", request.POST)
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict) or kept.get("path") not in {request.path, also or request.path}:
        return None
    del request.session[_KEY]
    messages.info(request, _("You were signed out. What you typed is still here: look at it and continue."))
    return QueryDict(kept["fields"])
