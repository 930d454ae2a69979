"""For load balancers and supervisors."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from ingest.services.health import problems
from ingest.views.policies import for_anybody


@for_anybody
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - it is the same for everybody
    """200 and {"status": "ok"}, or 503 with the names of what does not work."""
    found = problems()
    return JsonResponse({"status": "failing" if found else "ok", "failing": found}, status=503 if found else 200)
